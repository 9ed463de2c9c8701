// Lists the routes of openapi.json, their parameters and fields, and lets one try them.

// Where the API stands on its host: a proxy may have put it under a path.
const BASE = new URL('../..', location.href).pathname.slice(0, -1);
const SHOWN_CHARACTERS = 20_000;

const at = (id) => document.getElementById(id);
const token = at('token');

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function ask(address, signal) {
  const headers = token.value ? { Authorization: `Bearer ${token.value}` } : {};
  return fetch(address, { headers, signal });
}

function resolved(schema, all) {
  return schema?.$ref ? all[schema.$ref.split('/').pop()] : schema;
}

function typeOf(schema, all) {
  const known = resolved(schema, all) ?? {};
  if (schema?.$ref && known.type === 'object') return known.title;
  if (known.anyOf) return known.anyOf.map((one) => typeOf(one, all)).join(' or ');
  if (known.enum) return known.enum.join(' | ');
  if (known.const) return known.const;
  if (known.type === 'array') return `list of ${typeOf(known.items, all)}`;
  return known.type ?? '';
}

function choices(schema, all) {
  const known = resolved(schema, all) ?? {};
  return known.enum ?? known.anyOf?.flatMap((one) => choices(one, all)) ?? [];
}

function input(parameter, all) {
  const values = choices(parameter.schema, all);
  const first = String(parameter.schema.default ?? parameter.schema.examples?.[0] ?? '');
  const field = values.length
    ? element('select', {}, ...['', ...values].map((value) => element('option', { value }, value || '-')))
    : element('input', { value: parameter.required ? first : '', placeholder: first });
  field.name = parameter.name;
  return element('label', {}, parameter.name, element('small', {}, parameter.description ?? ''), field);
}

function addressOf(path, parameters, form) {
  const query = new URLSearchParams();
  let address = BASE + path;
  for (const { name, in: place } of parameters) {
    const { value } = form.elements.namedItem(name);
    if (place === 'path') address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (value) query.set(name, value);
  }
  return query.size ? `${address}?${query}` : address;
}

async function show(response, shown) {
  const type = response.headers.get('content-type') ?? '';
  const head = `${response.status} ${type}\n\n`;
  if (type.startsWith('text/event-stream')) {
    shown.textContent = head;
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      shown.textContent = (shown.textContent + chunk).slice(-SHOWN_CHARACTERS);
      shown.scrollTop = shown.scrollHeight;
    }
    return;
  }
  const text = await response.text();
  const pretty = type.includes('json') ? JSON.stringify(JSON.parse(text), null, 2) : text;
  shown.textContent = head + pretty.slice(0, SHOWN_CHARACTERS);
}

function tryOut(path, parameters, all) {
  const shown = element('pre', { hidden: true, tabIndex: 0 });
  const form = element('form', {}, ...parameters.map((one) => input(one, all)), element('button', {}, 'Ask'));
  let running = new AbortController();
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    running.abort();
    running = new AbortController();
    const { signal } = running;
    shown.hidden = false;
    try {
      await show(await ask(addressOf(path, parameters, form), signal), shown);
    } catch (error) {
      if (!signal.aborted) shown.textContent = String(error);
    }
  });
  return [form, shown];
}

function fieldsOf(schema, all, prefix = '') {
  const known = resolved(schema, all) ?? {};
  if (known.type === 'array') return fieldsOf(known.items, all, `${prefix}[].`.replace('.[]', '[]'));
  return Object.entries(known.properties ?? {}).flatMap(([name, field]) => {
    const inner = resolved(field, all) ?? {};
    const row = element(
      'tr',
      {},
      element('td', {}, element('code', {}, prefix + name)),
      element('td', {}, typeOf(field, all)),
      element('td', {}, field.description ?? inner.description ?? ''),
    );
    return [row, ...fieldsOf(field, all, `${prefix}${name}.`)];
  });
}

function route(path, operation, all) {
  const fields = fieldsOf(operation.responses['200']?.content?.['application/json']?.schema, all);
  return element(
    'details',
    {},
    element('summary', {}, element('code', {}, `GET ${path}`)),
    element('p', {}, operation.description ?? ''),
    ...tryOut(path, operation.parameters ?? [], all),
    ...(fields.length ? [element('table', {}, ...fields)] : []),
  );
}

async function list() {
  at('trouble').textContent = '';
  const response = await ask('openapi.json');
  const found = await response.json();
  if (!response.ok) {
    at('trouble').textContent = `${found.title}: ${found.detail}`;
    return;
  }
  at('about').textContent = found.info.description;
  const all = found.components.schemas;
  const readable = Object.entries(found.paths).filter(([, { get }]) => get);
  const routes = readable.map(([path, { get }]) => route(path, get, all));
  at('routes').replaceChildren(...routes);
}

token.addEventListener('change', list);
list().catch((error) => {
  at('trouble').textContent = String(error);
});
