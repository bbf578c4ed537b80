/**
 * Approving: the arguments once more, whether they are those that the hash names, and who has a passkey signs them with it. Nothing
 * here has the focus that a key pressed too often would approve with.
 */
import { useEffect, useState } from 'preact/hooks';
import { passkeysWork, usePasskey } from '../../api/passkey.ts';
import { Problem } from '../../api/problem.ts';
import { change, get } from '../../api/session.ts';
import type { RequestCeremony } from '../../api/shapes.ts';
import type { Held } from '../../api/swarm-shapes.ts';
import { about, within } from '../../organization.ts';
import { argsHash as hashOf } from '../../swarm/canonical.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';
import { Arguments } from './arguments.tsx';
import { Countdown } from './countdown.tsx';

interface ApproveDialogProps {
  readonly held: Held;
  /** It still waits. */
  readonly isThere: boolean;
  onDone(actionId: string): Promise<void>;
  onClose(): void;
}

interface Challenge {
  readonly argsHash: string;
  /** False: this person has no passkey, and approves without a signature. */
  readonly required: boolean;
  readonly ceremony: string | null;
  readonly options: RequestCeremony['options'] | null;
}
interface Approved {
  readonly signed: boolean;
  /** What became of it right after. */
  readonly outcome?: string;
  readonly reasons?: readonly { readonly say?: string }[];
}

export function ApproveDialog({ held, isThere, onDone, onClose }: ApproveDialogProps) {
  const { actionId, name, input, argsHash, salt, until } = held;
  const [note, setNote] = useState('');
  const [outcome, setOutcome] = useState<Approved | null>(null);
  const matches = useMatches(held);
  const task = useTask();

  const approve = async () => {
    const path = `/approvals/${actionId}`;
    const asked = await get<Challenge>(about(`${path}/challenge`));
    if (asked.argsHash !== argsHash)
      throw new Problem('stale', 'The action is not what is shown here any more. Nothing was approved.');
    const assertion = asked.required ? await signed(asked) : undefined;
    const said = note.trim();
    const body = {
      argsHash,
      ...(said === '' ? {} : { note: said }),
      ...(assertion === undefined ? {} : { assertion }),
    };
    const approved = await change<Approved>(`${path}/approve`, within(body));
    setOutcome(approved);
    await onDone(actionId);
    if (approved.outcome === 'done') {
      tell(`${name} is approved and done.`);
      onClose();
    }
  };
  if (outcome !== null)
    return (
      <Dialog title={`${name} is approved`} onClose={onClose}>
        <Outcome approved={outcome} />
        <div class="buttons">
          <Button onPress={onClose}>Close</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={`Approve ${name}?`} wide onClose={onClose}>
      <p>
        It is checked again by every rule and then done at once, with exactly these arguments.{' '}
        <Countdown until={until} />
      </p>
      <Arguments input={input} argsHash={argsHash} />
      {matches === true && (
        <p class="small quiet">
          This browser has computed the hash of these arguments itself; it is the one that you approve:{' '}
          <code class="id">{argsHash}</code>
        </p>
      )}
      {matches === false && (
        <Notice kind="bad" title="These are not the arguments that would be approved">
          Their hash is another than the server's. Don't approve, and tell whoever runs this server.
        </Notice>
      )}
      {!isThere && outcome === null && !task.busy && (
        <Notice kind="warn" title="It changed meanwhile">
          It does not wait any more: somebody else decided, it was withdrawn, or its time ran out.
        </Notice>
      )}
      <Field
        label="Note (optional)"
        hint="For whoever looks at it later."
        name="note"
        lines={2}
        required={false}
        value={note}
        onText={setNote}
      />
      <ProblemNotice problem={task.problem} />
      <div class="buttons">
        <Button onPress={onClose}>Cancel</Button>
        {isThere && argsHash !== null && salt !== null && matches === true && (
          <Button kind="primary" busy={task.busy} onPress={() => void task.run(approve)}>
            Approve
          </Button>
        )}
      </div>
    </Dialog>
  );
}

/** Whether what is shown has the hash that would be approved; null: not known yet. */
function useMatches({ input, argsHash, salt }: Held): boolean | null {
  const [matches, setMatches] = useState<boolean | null>(null);
  useEffect(() => {
    if (argsHash === null || salt === null) return;
    hashOf(input, salt).then(
      (own) => setMatches(own === argsHash),
      () => setMatches(false),
    );
  }, [input, argsHash, salt]);
  return matches;
}

async function signed({ ceremony, options }: Challenge) {
  if (!passkeysWork())
    throw new Problem('passkey_address', 'You have a passkey, but this browser has none. Approve where it works.');
  const answer = await usePasskey({ ceremony: ceremony!, options: options! });
  const { authenticatorData, clientDataJSON, signature } = answer.response;
  return { ceremony, credential: answer.id, authenticatorData, clientDataJSON, signature };
}

function Outcome({ approved: { outcome, reasons = [], signed: isSigned } }: { readonly approved: Approved }) {
  const why = reasons.flatMap(({ say }) => (say === undefined ? [] : [say]));
  return (
    <>
      {outcome === 'done' && <Notice kind="good">It is done.</Notice>}
      {outcome === undefined && <Notice kind="info">It is on its way.</Notice>}
      {outcome !== undefined && outcome !== 'done' && (
        <Notice kind="warn" title={OUTCOMES[outcome] ?? `What became of it: ${outcome}.`}>
          {why.length > 0 && (
            <ul>
              {why.map((say) => (
                <li key={say}>{say}</li>
              ))}
            </ul>
          )}
        </Notice>
      )}
      <p class="quiet">
        {isSigned ? 'Your passkey has signed the approval.' : 'The approval is not signed by a passkey.'}
      </p>
    </>
  );
}

const OUTCOMES: Readonly<Record<string, string>> = {
  refused: 'A rule refused it all the same: an approval overrules none.',
  failed: 'It was begun, and did not happen.',
  pending: 'It is under way.',
  held: 'It waits for another approval.',
  unknown: 'It was begun, and nobody knows yet whether it happened.',
};
