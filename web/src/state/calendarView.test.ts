import { beforeEach, describe, expect, it } from 'vitest';
import { aMonth, meterBooks } from '../testing/answers';
import { opened } from '../testing/home';
import { PretendServer, until } from '../testing/server';
import type { App } from './app.svelte';
import { CalendarView } from './calendarView.svelte';

let server: PretendServer;
let app: App;
beforeEach(() => {
  server = new PretendServer();
  app = opened(server);
});

describe('the calendar of the books', () => {
  it('shows this month, and others once they are here', async () => {
    server.says('/energy/this-month', aMonth('2026-04', 23, { next: null, previous: '2026-03' }));
    server.says('/energy/2026-03', aMonth('2026-03', 31));
    const view = new CalendarView(app);
    const shown = () => view.months.map(({ title, blanks }) => [title, blanks]);
    expect([shown(), view.previous, view.next]).toEqual([[], null, null]);
    await view.show(view.month);
    expect([shown(), view.previous, view.next]).toEqual([[['April 2026', 2]], '2026-03', null]);
    expect(view.months[0]?.period).toBe('2026-04');
    expect(view.months[0]?.cells[2]).toMatchObject({
      label: '3',
      state: 'booked',
      period: '2026-04-03',
    });
    await view.show('2026-03');
    expect(shown()).toEqual([['March 2026', 6]]);
    server.refuses('/energy/2026-02', 500);
    await view.show('2026-02');
    await view.show(null);
    expect(shown()).toEqual([['March 2026', 6]]);
    app.house.meters = null;
    expect(view.months).toEqual([]);
  });

  it('shows the months before it where there is room, as far as the books go', async () => {
    server.says('/energy/this-month', aMonth('2026-04', 23, { next: null, previous: '2026-03' }));
    server.says('/energy/2026-03', aMonth('2026-03', 31, { previous: '2026-02' }));
    server.says('/energy/2026-02', aMonth('2026-02', 28, { previous: '2026-01' }));
    server.says('/meters', { meters: [meterBooks({ booked_from: '2026-03-20T00:00:00+02:00' })] });
    await app.house.askMeters();
    const view = new CalendarView(app);
    const titles = () => view.months.map(({ title }) => title);
    view.room = 3;
    await view.show(view.month);
    expect(titles()).toEqual(['April 2026']);
    view.follow();
    await until(() => titles().length === 2);
    expect(titles()).toEqual(['March 2026', 'April 2026']);
    view.follow();
    await until(() => server.asked.includes('/energy/2026-02'));
    await app.books.want('2026-02');
    expect(titles()).toEqual(['March 2026', 'April 2026']);
    view.room = 1;
    view.follow();
    expect(titles()).toEqual(['April 2026']);
    expect(server.asked).not.toContain('/energy/2026-01');
  });
});
