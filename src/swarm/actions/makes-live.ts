/** What every action that makes a configuration the live one has in common, whichever way it comes by it. */
import type { Mint } from '../../guard/action.ts';
import type { Facts, Needs } from '../../guard/facts.ts';
import type { Request } from '../../guard/request.ts';
import { change, ownOrganization, ownState, type Way } from '../config/change.ts';
import { changedView, viewOfChanged } from './config-view.ts';

const GROUND = { state: ownState, organization: ownOrganization } as const;

export const makesLive = <I extends { readonly note?: string | undefined }, N extends Needs<I>>(way: Way<I, N>) =>
  ({
    version: 1,
    output: changedView,
    subject: 'organization',
    risk: 'critical',
    sensitive: true,
    doors: ['mcp', 'rest', 'cli'],
    needs: { ...way.needs, ...GROUND },
    change(request: Request<I>, facts: Facts<N & typeof GROUND>, mint: Mint) {
      const { writes, output } = change(way, request, facts, mint);
      return { writes, output: viewOfChanged(output) };
    },
  }) as const;

/** The same where each section that changes is judged by itself. */
export const makesLiveBySection = <I extends { readonly note?: string | undefined }, N extends Needs<I>>(
  way: Way<I, N>,
) => ({ ...makesLive(way), access: 'org:own', bySection: true }) as const;
