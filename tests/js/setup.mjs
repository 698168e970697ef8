// What browsers have and the node of Debian 12 lacks.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
