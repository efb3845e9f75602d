/*
 * A plan's type carries one flat union of places: 'node03' is a host, 'node03/demo01' a namespace on it.
 *
 * RULE: P stands only in the checked place of a conditional type, never behind `extends`, and in method
 * syntax only, never in a property. Break it and Plan<'a'> is no Plan any more, and loops stop compiling
 * (test/types/chain.test-d.ts holds this).
 */
type Wide<P extends string> = P extends `${infer _A}${infer _B}` ? never : string
type HostsByNs<P extends string> = {
  [K in P as K extends `${string}/${infer S}` ? S : never]: K extends `${infer H}/${string}`
    ? H
    : never
}
type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never
type OnOneHost<M> = { [S in keyof M]: IsUnion<M[S]> extends true ? never : S }[keyof M]

/** The names of a plan's hosts. */
export type HostName<P extends string> = P extends `${string}/${string}` ? never : P
// `[..][0]` and `& string` make editors print the names, not the alias.
/** The names of a plan's namespaces: `demo01` where one host has it, and always `node03/demo01`. */
export type NsName<P extends string> = [
  (OnOneHost<HostsByNs<P>> | (P extends `${string}/${string}` ? P : never) | Wide<P>) & string,
][0]
/** The names of the namespaces of one host. */
export type NsOn<P extends string, H extends string> = P extends `${H}/${infer S}` ? S : Wide<P>
/** The names of a plan's namespaces and hosts. */
export type PlaceName<P extends string> = [(NsName<P> | HostName<P>) & string][0]
/** An address, without a prefix. */
export type IpText = `${number}.${number}.${number}.${number}` | `${string}:${string}`
/** A network or an address: `10.0.1.0/24`, `fd00:1::/64`. */
export type NetworkText = IpText | `${number}.${number}.${number}.${number}/${number}`
export type HostWith<P extends string, N extends string> = N extends `${infer H}/${string}`
  ? H
  : P extends `${infer H}/${N}`
    ? H
    : Wide<P>
