/** What an organisation says of itself when it asks for production. May name a person: kept sealed under its data key. */
export interface KycDetails {
  readonly company: string;
  readonly website: string;
  readonly useCase: string;
  readonly country: string | null;
  readonly contactEmail: string | null;
}
