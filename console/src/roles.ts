/** What each role is for, in words, and which rooms it is offered. The server decides; this only keeps doors out of sight. */
import type { Person, Role } from './api/shapes.ts';

export const ROLES: readonly { readonly role: Role; readonly name: string; readonly says: string }[] = [
  { role: 'viewer', name: 'Viewer', says: 'Looks at agents, messages and limits. Changes nothing.' },
  { role: 'operator', name: 'Operator', says: 'Looks, and sees how everything is set up.' },
  { role: 'admin', name: 'Admin', says: 'Runs agents: sends, approves, pauses, sets limits and providers.' },
  { role: 'owner', name: 'Owner', says: 'Everything an Admin may, and decides about people, roles and keys.' },
  { role: 'auditor', name: 'Auditor', says: 'Reads and verifies the log, and nothing else.' },
];

export const roleName = (role: Role): string => ROLES.find((row) => row.role === role)?.name ?? role;

/** Of the platform there are Owners and Auditors alone. */
export const rolesIn = (platform: boolean) =>
  platform ? ROLES.filter(({ role }) => role === 'owner' || role === 'auditor') : ROLES;

export const maySeePeople = ({ role }: Person): boolean => role === 'admin' || role === 'owner';
export const mayManagePeople = ({ role }: Person): boolean => role === 'owner';
export const maySeeKeys = ({ role }: Person): boolean => role === 'owner';
export const mayReadLog = ({ role }: Person): boolean => role === 'auditor';

const AT_LEAST: Readonly<Record<'viewer' | 'operator' | 'admin', readonly Role[]>> = {
  viewer: ['viewer', 'operator', 'admin', 'owner'],
  operator: ['operator', 'admin', 'owner'],
  admin: ['admin', 'owner'],
};
export const maySeeSwarm = ({ role }: Person): boolean => AT_LEAST.viewer.includes(role);
/** Messages to agents, and how they are configured. */
export const mayOperateSwarm = ({ role }: Person): boolean => AT_LEAST.operator.includes(role);
/** Pausing, killing, stopping, forking, approving. */
export const mayControlSwarm = ({ role }: Person): boolean => AT_LEAST.admin.includes(role);
export const mayConfigureSwarm = ({ role }: Person): boolean => role === 'owner';
