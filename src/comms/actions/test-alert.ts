/**
 * A test alert to every receiver of the operator, whatever severity each wants, and what became of it. Two actions: one books
 * the alert, as a change; the other is asked by people, has the first done, waits for the deliveries and tells.
 */
import * as z from 'zod';
import { type AnyAction, readAction, stateAction } from '../../guard/action.ts';
import type { AlertBook, Recipient } from '../../guard/alert-book.ts';
import { ofPlatform } from '../../guard/alerts.ts';
import { guardWrite } from '../../guard/writes.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import { alertView, viewOfAlert } from './list-alerts.ts';

const KIND = 'test';
const RAISE = 'comms.raise_test_alert';
/** Other alerts may be told in the same moment. */
const LOOKED_AT = 20;

export interface TestAlertParts {
  readonly book: Pick<AlertBook, 'alerts'>;
  readonly operator: readonly Recipient[];
  /** One round of deliveries. */
  readonly deliver: () => Promise<unknown>;
}

export const raiseTestAlert = ({ operator }: Pick<TestAlertParts, 'operator'>): AnyAction =>
  stateAction({
    name: RAISE,
    version: 1,
    says: 'Books a test alert for every receiver of the operator; the test of alerts also tells what became of it.',
    input: z.object({}),
    output: z.object({ alertId: z.string() }),
    access: 'platform:admin',
    subject: 'platform',
    risk: 'low',
    guards: [],
    doors: [],
    needs: {},
    change({ now }, _facts, mint) {
      const id = mint.id('alt');
      const alert = {
        ...ofPlatform({
          severity: 'LOW',
          kind: KIND,
          say: 'This is a test of the alerts of this server. Nothing is wrong.',
          subject: KIND,
          detail: {},
        }),
        id,
        count: 1,
        since: now,
        at: now,
      };
      const deliveries = operator.map((recipient) => ({ ...recipient, id: mint.id('alr') }));
      return { writes: [guardWrite('alert.book', { alert, deliveries })], output: { alertId: id } };
    },
  });

export const testAlert = ({ book, deliver }: TestAlertParts): AnyAction =>
  readAction({
    name: 'comms.test_alert',
    version: 1,
    says: 'Sends a test alert to every receiver of the operator and tells what became of each.',
    input: z.object({}),
    output: z.object({ alert: alertView.nullable() }),
    access: 'platform:admin',
    subject: 'platform',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    first: () => ({ name: RAISE, input: {} }),
    async read() {
      await deliver();
      const alerts = await book.alerts(PLATFORM_ORG, { limit: LOOKED_AT });
      const test = alerts.find(({ kind, org }) => kind === KIND && org === PLATFORM_ORG);
      return { alert: test === undefined ? null : viewOfAlert(test) };
    },
  });
