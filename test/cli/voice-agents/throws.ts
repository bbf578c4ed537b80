function connect(): never {
  throw new Error('the database is away');
}

export const connection = connect();
