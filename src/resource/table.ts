/** The table of routes that is asked unless a rule says otherwise (`RT_TABLE_MAIN`, linux/rtnetlink.h). */
export const MAIN_TABLE = 254

/** True for a table in which a plan may have routes: 0 means none, 255 is the kernel's own. */
export const isTable = (table: number): boolean => table > 0 && table !== 255
