import { describe, expect, it } from 'vitest';
import { eventsOf, type ServerEvent } from './events';

async function read(chunks: string[]): Promise<(ServerEvent | null)[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  const events = [];
  for await (const event of eventsOf(body)) events.push(event);
  return events;
}

describe('a stream of events', () => {
  it('may be cut anywhere on its way', async () => {
    const text = 'event: power\ndata: {"grid_w": 1}\n\nevent: minute\r\ndata: {"ä": 2}\r\n\r\n';
    const expected = [
      { name: 'power', data: '{"grid_w": 1}' },
      { name: 'minute', data: '{"ä": 2}' },
    ];
    expect(await read([text])).toEqual(expected);
    expect(await read([text.slice(0, 9), text.slice(9, 34), text.slice(34)])).toEqual(expected);
  });

  it('tells of comments, which say that the line is alive', async () => {
    expect(await read([': still here\n\n', 'data: x\n\n', 'data: cut off'])).toEqual([
      null,
      { name: 'message', data: 'x' },
    ]);
  });

  it('has data of several lines as they were written', async () => {
    expect(await read(['event: power\ndata: {"a":\ndata:1}\n\n'])).toEqual([
      { name: 'power', data: '{"a":\n1}' },
    ]);
  });
});
