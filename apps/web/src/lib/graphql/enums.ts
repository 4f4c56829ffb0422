/** GraphQL spells its enums in capitals, REST in small letters; the pages use REST's. */
export function lower<S extends string>(value: S): Lowercase<S> {
  return value.toLowerCase() as Lowercase<S>
}

export function upper<S extends string>(value: S): Uppercase<S> {
  return value.toUpperCase() as Uppercase<S>
}
