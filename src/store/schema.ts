/** Of programs that come by themselves. */
interface ServiceColumns {
  org: string;
  id: string;
  name: string;
  scopes: string;
  actions: string;
  cidrs: string;
  requests_per_minute: number | null;
  created_by: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

type SwarmEventColumns = {
  tx: number;
  seq: number;
  org: string;
  id: string;
  kind: string;
  thread: string | null;
  agents: string;
  ref: string | null;
  mac: string | null;
  detail: string;
  at: number;
};
type SwarmConfigColumns = {
  org: string;
  hash: string;
  content: string;
  by: string;
  at: number;
  note: string | null;
  source: string;
};

/**
 * The tables, as Kysely sees them. Every key starts with the organisation. Times are milliseconds since the epoch, money
 * whole micro-units, JSON is text. `sealed` columns hold ciphertext; `contact` columns hold a keyed hash of the address.
 */
export interface Schema {
  organization: {
    id: string;
    slug: string;
    name: string;
    status: string;
    mode: string;
    tier: string;
    zone: string;
    created_at: number;
    /** What its review has come to. */
    kyc: string;
    /** How many active agents it may have; null: what its tier has. */
    max_agents: number | null;
  };
  /** A step of an organisation's review: `submit` with its details, or what was decided with its note; both sealed. */
  kyc_record: {
    org: string;
    id: string;
    what: string;
    details: string | null;
    note: string | null;
    by: string;
    action: string;
    at: number;
  };
  /** Of the organisation's senders in a country; details and note are sealed. */
  registration: {
    org: string;
    id: string;
    country: string;
    kind: string;
    status: string;
    details: string;
    note: string | null;
    expires_at: number | null;
    by: string;
    action: string;
    at: number;
    status_at: number;
  };
  /** Per organisation: the sealed key from which contact hashes are made, and the sealed data key of what is about nobody in particular. */
  org_key: { org: string; ref_key: string; data_key: string };
  agent: {
    org: string;
    id: string;
    name: string;
    status: string;
    senders: string;
    bound: string;
    limits: string;
    approval_policy: string;
    anomaly_policy: string;
    /** JSON; null: the defaults. */
    flow_policy: string | null;
    country: string;
    context: string | null;
    created_at: number;
    /** JSON: the names of limits that the operator granted above the tier. */
    granted: string;
  };
  agent_tokens: {
    hash: string;
    id: string;
    org: string;
    agent: string;
    created_at: number;
    expires_at: number | null;
    revoked_at: number | null;
  };
  /** Exceptions to what a principal's scopes give; `resource` is empty where `kind` is `any`. */
  right_grant: {
    org: string;
    id: string;
    principal: string;
    action: string;
    kind: string;
    resource: string;
    effect: string;
    created_by: string;
    created_at: number;
  };
  /** A conversation of one owner. `owner`: a principal's id, empty where it is the person outside whose hash `contact` is. */
  thread: {
    org: string;
    id: string;
    owner: string;
    contact: string | null;
    visibility: string;
    status: string;
    because: string | null;
    /** JSON; null for one that began by itself. */
    fork: string | null;
    /** The number of its last message. */
    seq: number;
    created_at: number;
    updated_at: number;
    /** Of a person outside: the agent that they write to. */
    agent: string | null;
  };
  /** One call of one agent. `label` is JSON. */
  frame: {
    org: string;
    id: string;
    thread: string;
    caller: string | null;
    caller_step: number | null;
    name: string;
    agent: string;
    depth: number;
    selfs: number;
    status: string;
    label: string;
    version: number;
    attempt: number;
    failures: number;
    node: string | null;
    lease_until: number | null;
    ready_at: number;
    created_at: number;
  };
  /** What a frame knows, in order. `body` is sealed; the body of an input is that of its message. */
  step: {
    org: string;
    frame: string;
    n: number;
    kind: string;
    state: string;
    call: string | null;
    name: string | null;
    action: string | null;
    child: string | null;
    message: string | null;
    body: string | null;
    label: string;
    usage: string | null;
    at: number;
    ended_at: number | null;
  };
  /** Who said what to whom within a thread. `body` is sealed; `unread`: its frame has not taken it up yet. */
  thread_message: {
    org: string;
    thread: string;
    seq: number;
    id: string;
    frame: string | null;
    kind: string;
    speaker: string;
    listener: string;
    body: string;
    label: string;
    version: number;
    unread: number;
    at: number;
  };
  /** Messages of people outside that their agent has not been given yet, by the id that they have there. */
  swarm_inbox: { org: string; message: string; agent: string; at: number };
  /** What is paused: `swarm`, `agent:name`, `thread:id`, `user:id` (threads of that owner). `until`: over by itself then. */
  swarm_pause: { org: string; subject: string; because: string; by: string; at: number; until: number | null };
  /** When a pause was last lifted: `subject` as in `swarm_pause`, or `agent:` and an agent's id where the registry paused it. */
  swarm_resumed: { org: string; subject: string; at: number };
  /** Budgets of the swarm that were raised, until then. */
  swarm_budget: {
    org: string;
    scope: string;
    subject: string;
    kind: string;
    cap: number;
    until: number;
    by: string;
    at: number;
  };
  /** What was stopped; `subject` as in `swarm_pause`, `agent` empty but for an agent, `found` JSON: what was under way. */
  swarm_stop: {
    org: string;
    id: string;
    subject: string;
    agent: string;
    by: string;
    at: number;
    finished_at: number | null;
    found: string;
  };
  /** What those who watch are told, for an hour. `agents`: the ids of all that it tells of, by spaces. `mac`: of a message's payload. */
  swarm_event: SwarmEventColumns;
  /** Those before which none can appear any more. */
  swarm_event_settled: SwarmEventColumns;
  /** Steps, calls and what they cost, by day (since 1970-01-01), thread and agent. `unpriced`: steps of which nobody knows the price. */
  swarm_usage: {
    org: string;
    day: number;
    thread: string;
    name: string;
    steps: number;
    calls: number;
    input_tokens: number;
    cached_tokens: number;
    output_tokens: number;
    cost: number;
    unpriced: number;
  };
  /** Who called whom, by thread. */
  swarm_edge: { org: string; thread: string; speaker: string; listener: string; calls: number; last_at: number };
  /** Which server looks for what is unusual in a swarm, until when, and up to which event it has. */
  swarm_watch: { org: string; node: string; until: number; tx: number; seq: number };
  /** Tickets to a WebSocket that nobody has used yet. */
  ws_ticket: { hash: string; org: string; person: string; session: string; network: string; expires_at: number };
  /** One row an organisation that has a swarm: which version of its configuration is live. */
  swarm: { org: string; active: number; name: string };
  /** Every version of a swarm's configuration; `content` (canonical JSON) and `note` are sealed. */
  swarm_config: SwarmConfigColumns & { version: number };
  /** Which agent is behind a name of the swarm, also after the name left its configuration. */
  swarm_agent: { org: string; name: string; agent: string; status: string };
  /** A configuration that waits for a second person; `base` is the version that it changes. */
  swarm_proposal: SwarmConfigColumns & { id: string; base: number };
  admin_tokens: { hash: string; id: string; org: string; kind: string; created_at: number };
  /** `scopes`, `actions` and `cidrs` are JSON. */
  api_key: ServiceColumns & { hash: string; revoked_at: number | null };
  /** `san` of what comes with a certificate, `jwk` (JSON) of what signs tokens. */
  service: ServiceColumns & { san: string | null; jwk: string | null; kid: string | null; removed_at: number | null };
  /** Numbers of signed tokens that were used; `number` is a hash. */
  used_number: { org: string; service: string; number: string; forget_at: number };
  /** Of the swarm, sealed under the ring. */
  swarm_secret: {
    org: string;
    name: string;
    id: string;
    sealed: string;
    fingerprint: string;
    created_by: string;
    created_at: number;
    last_used_at: number | null;
  };
  /** A tool of an outside server: what was approved of it (`hash`, `text`) and what was seen last; both texts are sealed. */
  tool_pin: {
    org: string;
    server: string;
    tool: string;
    state: string;
    hash: string | null;
    text: string | null;
    seen_hash: string;
    seen: string;
    seen_at: number;
    approved_at: number | null;
    approved_by: string | null;
  };
  fence: { org: string; subject: string; epoch: number };
  /** An encryption key of the ring: since when it is known here, and whether everything was sealed anew under it. */
  vault_key: { kid: string; since: number; rewrap: string | null; finished_at: number | null };
  /** Failed authentications of an address group, which is of no organisation: `name` is a keyed hash, `failures` JSON times. */
  lock_out: { name: string; failures: string; locked_until: number | null; forget_at: number };
  /**
   * What an agent (or, under the platform, a network address as a keyed hash) did lately, for the anomaly detector: JSON.
   * `due_at`: when it is to be acted on; null: nothing is unusual.
   */
  activity: { org: string; subject: string; label: string; state: string; due_at: number | null; forget_at: number };
  /** What a person should look at, as it was told: nothing personal. */
  alert: {
    org: string;
    id: string;
    kind: string;
    severity: string;
    subject: string;
    thread: string | null;
    person: string | null;
    say: string;
    detail: string;
    count: number;
    since: number;
    at: number;
  };
  /** An alert's way to one receiver, in whose name it goes (`org`): the platform's for the operator's own. `target` is sealed. */
  alert_delivery: {
    org: string;
    id: string;
    alert_org: string;
    alert: string;
    route: string;
    target: string;
    state: string;
    attempts: number;
    /** When (ms) to try it next, or to take it over from who died. */
    next_at: number;
    code: string | null;
    created_at: number;
    ended_at: number | null;
  };
  /** Where an organisation's own alerts go; addresses and the webhook's secret are sealed. */
  alert_route: {
    org: string;
    email: string | null;
    webhook: string | null;
    secret: string | null;
    min_severity: string;
  };
  /** One row a person: the sealed subject key under which everything about that person is sealed. */
  contact: {
    org: string;
    ref: string;
    key: string;
    address: string;
    created_at: number;
    /** Sealed; null unless a person has said where the contact lives. */
    place: string | null;
  };
  relationship: {
    org: string;
    agent: string;
    contact: string;
    channel: string;
    consents: string;
    last_inbound_at: number | null;
    first_outbound_at: number | null;
    /** When (ms) the contact was chosen for the agent with nothing untrusted having had a say. */
    known_at: number | null;
    /** The latest message whose sender the channel vouches for. */
    vouched_message: string | null;
  };
  consent_record: {
    org: string;
    id: string;
    agent: string | null;
    contact: string;
    channel: string | null;
    event: string;
    type: string | null;
    source: string | null;
    proof: string | null;
    notes: string | null;
    by: string;
    action: string;
    at: number;
  };
  suppression: {
    org: string;
    contact: string;
    channel: string;
    reason: string;
    id: string;
    source: string | null;
    by: string;
    action: string;
    at: number;
  };
  /** A meter's total ever granted (`sliding`) or granted in one calendar period (the period is part of the id). */
  meter: { org: string; id: string; used: number; at: number };
  /** One grant of a sliding meter; `cum` is the meter's total including it. */
  take: { org: string; meter: string; cum: number; action: string; at: number };
  action: {
    org: string;
    id: string;
    name: string;
    version: number;
    agent: string | null;
    by_id: string;
    by_kind: string;
    state: string;
    code: string | null;
    why: string | null;
    contact: string | null;
    input: string | null;
    salt: string | null;
    frozen: string | null;
    cost: number;
    ref: string | null;
    attempt: number;
    node: string | null;
    lease_until: number | null;
    idempotency: string | null;
    created_at: number;
    held_until: number | null;
    /** Who decided on a held action, and what they noted. */
    approved_by: string | null;
    note: string | null;
    settled_at: number | null;
  };
  message: {
    org: string;
    id: string;
    agent: string;
    direction: string;
    channel: string;
    /** Empty once the content is gone: what is left are figures, which are listed nowhere. */
    contact: string;
    sender: string;
    recipient: string;
    body: string | null;
    purpose: string | null;
    status: string;
    error_code: string | null;
    segments: number;
    cost: number;
    opt_out: string | null;
    label: string;
    action: string;
    provider_ref: string | null;
    at: number;
    waiting: number;
    acknowledged_at: number | null;
    /** Hash of the secret that a status callback, or the recipient's one-click address, must bring. */
    callback: string | null;
    /** Of a mail that came in; what was sent stands in the action's input. */
    subject: string | null;
    /** 1: of one that came in, the channel vouches for its sender. */
    vouched: number;
    /** When (ms) to ask the provider what became of it; null: nothing is open. */
    ask_at: number | null;
    asked: number;
  };
  /** What came with an inbound message, sealed like its text. */
  attachment: {
    org: string;
    message: string;
    n: number;
    filename: string;
    content_type: string;
    size: number;
    content: string;
  };
  /** An account at a provider, the organisation's own or (as the platform's) for every organisation. */
  provider_credential: {
    org: string;
    provider: string;
    id: string;
    account: string;
    sealed: string;
    by: string;
    created_at: number;
  };
  /** Who sends from an address, on the whole server: nobody can take another's. */
  bound_sender: {
    channel: string;
    address: string;
    org: string;
    agent: string;
    provider: string;
    credential_org: string;
    /** `reserved` while the provider is asked, then `bound`. */
    state: string;
    ref: string;
    /** The provider's signing secret for its webhooks, sealed; empty where the account's own key signs. */
    secret: string;
    /** Hash of the nonce in the webhook's address. */
    nonce: string;
    action: string;
    created_at: number;
  };
  /** What agents sent and what it did cost, by day (since 1970-01-01) and channel; `mode` of the organisation. */
  usage: {
    org: string;
    agent: string;
    day: number;
    channel: string;
    mode: string;
    messages: number;
    cost: number;
    billed: number;
  };
  billing_config: { org: string; markup_percent: number; billing_email: string | null };
  /** Of which budgets, named by meter and period, somebody was told. */
  budget_alert: { org: string; meter: string; level: number; at: number };
  /** One-time codes: `mac` and `purpose` are keyed hashes. */
  one_time_code: {
    org: string;
    agent: string;
    contact: string;
    purpose: string;
    id: string;
    mac: string;
    attempts: number;
    used: number;
    at: number;
    expires_at: number;
  };
  /** One row a contact and word (`stop`, `start`, `help`): the last answer that it called for. */
  opt_out_answer: {
    org: string;
    contact: string;
    said: string;
    message: string;
    agent: string;
    channel: string;
    sender: string;
    language: string;
    /** `due`, or `taken` by whoever sends it. */
    state: string;
    at: number;
  };
  /** A sender that was let go of, as its webhooks know it; `secret` is sealed as it was in `bound_sender`. */
  former_sender: {
    org: string;
    agent: string;
    channel: string;
    address: string;
    provider: string;
    credential_org: string;
    secret: string;
    nonce: string;
    until: number;
  };
  idempotency: {
    org: string;
    principal: string;
    name: string;
    key: string;
    args: string;
    action: string;
    output: string | null;
    secret: number;
    expires_at: number;
    /** Whom the answer is about: it is sealed under that person's key. Null: nobody in particular. */
    contact: string | null;
  };
  /** The latest receipt of a person's erasure; `contact` names nobody any more without the organisation's key. */
  erasure: {
    org: string;
    contact: string;
    action: string;
    at: number;
    reason: string;
    kid: string | null;
    counts: string;
  };
  /** One row: when retention is due, who runs it, up to when each kind is done (JSON), and what the last run did (JSON). */
  retention: {
    id: number;
    next_at: number;
    node: string | null;
    lease_until: number | null;
    started_at: number | null;
    finished_at: number | null;
    reached: string;
    counts: string;
  };
  /** Refusals of one caller, action and code within a minute; beyond a few only counted. */
  refusal_count: { org: string; caller: string; name: string; code: string; since: number; count: number };
  log_entry: { idx: number; org: string; action: string | null; at: number; type: string; body: string };
  /** Entries that are recorded but not yet sequenced; used where several processes write. */
  log_inbox: { seq: number; org: string; action: string | null; at: number; type: string; body: string };
  log_tile: { level: number; n: number; hashes: Uint8Array; root: Uint8Array };
  log_head: { id: number; size: number; frontier: Uint8Array; checkpoint: string; signed_at: number };
  /** `email` and `name` are sealed, `totp` is the sealed seed; `email_ref` is null once removed. */
  person: {
    org: string;
    id: string;
    email_ref: string | null;
    email: string;
    name: string;
    role: string;
    status: string;
    /** A PHC string. */
    password: string | null;
    totp: string | null;
    /** The last time step whose code was accepted. */
    totp_step: number | null;
    created_at: number;
    signed_in_at: number | null;
  };
  /** `name` is sealed; `transports` JSON; `credential` and `public_key` base64url. */
  passkey: {
    org: string;
    id: string;
    person: string;
    credential: string;
    public_key: string;
    counter: number;
    transports: string;
    backup_eligible: number;
    backed_up: number;
    name: string;
    created_at: number;
    used_at: number | null;
  };
  /** Those that are left. */
  recovery_code: { org: string; person: string; hash: string };
  /** `ref`: keyed hash of issuer and subject. */
  oidc_link: { ref: string; org: string; person: string; created_at: number };
  /** A browser in which the person signed in before, with its own count of failures since. */
  known_device: {
    hash: string;
    org: string;
    person: string;
    failures: number;
    retry_at: number;
    expires_at: number;
  };
  /** Failures in a row from unknown devices; `name`: keyed hash of an address, whether there is such a person or not. */
  account_throttle: { name: string; failures: number; retry_at: number; forget_at: number };
  /** One-time links that are open; `person` is null for the first set-up. */
  link: {
    hash: string;
    kind: string;
    org: string;
    person: string | null;
    created_at: number;
    expires_at: number;
  };
  /** A step of a sign-in or an enrolment that is under way; `data` is sealed JSON. */
  ceremony: {
    hash: string;
    kind: string;
    org: string;
    person: string | null;
    data: string;
    tries: number;
    expires_at: number;
  };
  session: {
    org: string;
    id: string;
    person: string;
    created_at: number;
    used_at: number;
    expires_at: number;
    /** Which refresh token of the family is the current one. */
    refresh_no: number;
    refreshed_at: number;
    stepped_up_at: number | null;
    /** JSON: the factors that were shown. */
    factors: string;
    device: string;
    ended_at: number | null;
  };
  access_token: { hash: string; org: string; session: string; expires_at: number };
}
