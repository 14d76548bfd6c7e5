// Where the service worker lies that keeps the catalogue on a device; null where this host has none to offer, or is one.
export const worker = null;
