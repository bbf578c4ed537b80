/** What happens to an agent that does something unusual, besides the alert. */
export const ON_ANOMALY = ['alert', 'pause'] as const;

export interface AnomalyPolicy {
  /** `pause`: the agent does nothing more until an administrator resumes it. */
  readonly onAnomaly: (typeof ON_ANOMALY)[number];
  /** Kinds of anomaly that pause it; null: every kind. */
  readonly kinds: readonly string[] | null;
}

export const ALERT_ALONE: AnomalyPolicy = { onAnomaly: 'alert', kinds: null };

export const pausesFor = ({ onAnomaly, kinds }: AnomalyPolicy, kind: string): boolean =>
  onAnomaly === 'pause' && (kinds === null || kinds.includes(kind));
