import { MemoryStore } from "../../storage/memory.ts";
import { testStoreContract } from "./mod.ts";

testStoreContract({ name: "memory", open: (options) => Promise.resolve(new MemoryStore(options)) });
