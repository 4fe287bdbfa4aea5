/*
 * The second verifier of draws by the protocol xinjian-draw/1, for browsers and for Node 18 or later.
 *
 * One file, no dependency, no network. It was written from the protocol's page alone and shares nothing with the
 * Python verifier but that page and the vectors, so that an error of one shows as a difference between the two.
 *
 *   node verify.js FILE [--commitment HEX] [--head HEX@TIME] [--beacon SIGNATURE] [--primary ROUND:SIGNATURE]
 *                       [--previous FILE] [--snapshot FILE] [--now T] [--strict] [--lang zh|en] [--json]
 *
 * In a page: XinjianDraw.verify(bytes, anchors) gives a promise of {verdicts: [{code, verdict, said}], last, ok}.
 */
"use strict";

(function () {
  // ---- SHA-256 ----------------------------------------------------------------------------------------------------
  // Its own, and synchronous: a draw is hundreds of thousands of short messages, where a promise for each costs more
  // than the hash. The constants are computed, not copied: fractional parts of roots of the first primes.

  function root(value, power) {
    let low = 0n;
    let high = 1n << (BigInt(value.toString(2).length) / BigInt(power) + 1n);
    while (low < high) {
      const middle = (low + high + 1n) >> 1n;
      if (middle ** BigInt(power) <= value) low = middle;
      else high = middle - 1n;
    }
    return low;
  }

  function firstPrimes(count) {
    const primes = [];
    for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime)) primes.push(n);
    return primes.map(BigInt);
  }

  const ROUNDS = Int32Array.from(firstPrimes(64), (p) => Number(BigInt.asIntN(32, root(p << 96n, 3))));
  const START = Int32Array.from(firstPrimes(8), (p) => Number(BigInt.asIntN(32, root(p << 64n, 2))));
  const schedule = new Int32Array(64);

  function compress(state, bytes, at) {
    const w = schedule;
    for (let i = 0; i < 16; i++, at += 4) {
      w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  const work = new Int32Array(8);
  const tail = new Uint8Array(128);

  /** SHA-256 of the first `length` bytes, going on from `state` after `before` bytes (a multiple of 64). */
  function sha256(bytes, length = bytes.length, state = START, before = 0) {
    work.set(state);
    let at = 0;
    for (; at + 64 <= length; at += 64) compress(work, bytes, at);
    const left = length - at;
    const end = left < 56 ? 64 : 128;
    tail.fill(0, left, end);
    for (let i = 0; i < left; i++) tail[i] = bytes[at + i];
    tail[left] = 0x80;
    const total = before + length;
    const high = Math.floor(total / 0x20000000);
    const low = (total << 3) >>> 0;
    for (let i = 0; i < 4; i++) {
      tail[end - 8 + i] = high >>> (24 - 8 * i);
      tail[end - 4 + i] = low >>> (24 - 8 * i);
    }
    compress(work, tail, 0);
    if (end === 128) compress(work, tail, 64);
    const out = new Uint8Array(32);
    for (let i = 0; i < 8; i++) {
      out[4 * i] = work[i] >>> 24;
      out[4 * i + 1] = work[i] >>> 16;
      out[4 * i + 2] = work[i] >>> 8;
      out[4 * i + 3] = work[i];
    }
    return out;
  }

  // ---- bytes, framing, tickets, trees: §1 -----------------------------------------------------------------------------
  const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
  const encoder = new TextEncoder();
  const EMPTY = new Uint8Array(0);

  function toHex(bytes) {
    let text = "";
    for (let i = 0; i < bytes.length; i++) text += PAIRS[bytes[i]];
    return text;
  }

  function fromHex(text) {
    const bytes = new Uint8Array(text.length >> 1);
    for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
    return bytes;
  }

  const toInteger = (bytes) => (bytes.length ? BigInt("0x" + toHex(bytes)) : 0n);
  const utf8 = (text) => encoder.encode(text);
  const bytesOf = (part) => (typeof part === "string" ? utf8(part) : part);
  const fourBytes = (n) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);

  function joined(pieces) {
    const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      out.set(piece, at);
      at += piece.length;
    }
    return out;
  }

  /** H(tag, p1 … pk): parts are strings (as UTF-8) or bytes. */
  function H(tag, ...parts) {
    const framed = ["xinjian/draw/1/" + tag, ...parts].map(bytesOf).flatMap((part) => [fourBytes(part.length), part]);
    return sha256(joined(framed));
  }

  /** T(key, label, ·) with its first block done once: a function of a string or bytes, at most 55 bytes long. */
  function ticketer(key, label) {
    const block = new Uint8Array(64);
    block.set(key);
    block.set(utf8(label), 32);
    const state = Int32Array.from(START);
    compress(state, block, 0);
    return (x) => sha256(message, intoMessage(x), state, 64);
  }

  const message = new Uint8Array(55);

  /** Puts what a ticket is made of, a string or bytes, into `message`; its length. */
  function intoMessage(x) {
    const bytes = typeof x === "string" && PLAIN.test(x) ? x : bytesOf(x);
    if (bytes.length > 55) throw new RangeError("a ticket's message is at most 55 bytes long");
    if (bytes === x && typeof x === "string") for (let i = 0; i < x.length; i++) message[i] = x.charCodeAt(i);
    else message.set(bytes);
    return bytes.length;
  }

  const T = (key, label, x) => ticketer(key, label)(x);

  let leaf = new Uint8Array(4096);
  let leafEnd = 0;

  /** Makes room for so many bytes more of the leaf at hand. */
  function roomInLeaf(more) {
    if (leafEnd + more <= leaf.length) return;
    const longer = new Uint8Array(2 * (leafEnd + more));
    longer.set(leaf);
    leaf = longer;
  }

  /** Writes a string to the leaf at hand as `canonical` does. */
  function textIntoLeaf(text) {
    roomInLeaf(2 + 3 * text.length); // a unit of UTF-16 has three bytes at most, and a quotation mark two
    leaf[leafEnd++] = 0x22;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) {
        leafEnd += encoder.encodeInto(text.slice(i).replace(/"/g, '\\"'), leaf.subarray(leafEnd)).written;
        break;
      }
      if (unit === 0x22) leaf[leafEnd++] = 0x5c;
      leaf[leafEnd++] = unit;
    }
    leaf[leafEnd++] = 0x22;
  }

  function intoLeaf(value) {
    if (typeof value === "string") return textIntoLeaf(value);
    if (value instanceof Uint8Array) return hexIntoLeaf(value);
    const isList = Array.isArray(value);
    const text = isList ? "" : String(value);
    roomInLeaf(2 + text.length + (isList ? value.length : 0));
    if (isList) leaf[leafEnd++] = 0x5b;
    for (let i = 0; i < text.length; i++) leaf[leafEnd++] = text.charCodeAt(i);
    if (!isList) return;
    for (let i = 0; i < value.length; i++) {
      if (i) {
        roomInLeaf(1);
        leaf[leafEnd++] = 0x2c;
      }
      intoLeaf(value[i]);
    }
    roomInLeaf(1);
    leaf[leafEnd++] = 0x5d;
  }

  const DIGITS = utf8("0123456789abcdef");

  function hexIntoLeaf(bytes) {
    roomInLeaf(2 + 2 * bytes.length);
    leaf[leafEnd++] = 0x22;
    for (let i = 0; i < bytes.length; i++) {
      leaf[leafEnd++] = DIGITS[bytes[i] >> 4];
      leaf[leafEnd++] = DIGITS[bytes[i] & 15];
    }
    leaf[leafEnd++] = 0x22;
  }

  /** The hash of a leaf: its canonical array of strings, integers, lists of strings, and bytes, which are written in hex. */
  function leafHash(row) {
    leaf[0] = 0;
    leafEnd = 1;
    intoLeaf(row);
    return sha256(leaf, leafEnd);
  }

  const pairBuffer = new Uint8Array(65);

  function nodeHash(left, right) {
    pairBuffer[0] = 1;
    pairBuffer.set(left, 1);
    pairBuffer.set(right, 33);
    return sha256(pairBuffer);
  }

  /** The root over leaf hashes; an odd last node rises unchanged, no leaf at all gives the hash of nothing. */
  function treeRoot(hashes) {
    if (!hashes.length) return sha256(EMPTY);
    let level = hashes;
    while (level.length > 1) {
      const above = [];
      for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(level[i], level[i + 1]));
      if (level.length % 2) above.push(level[level.length - 1]);
      level = above;
    }
    return level[0];
  }

  /** The root that a leaf, its index and its path (hashes from the leaf upwards) lead to, or null if they cannot. */
  function rootByPath(leaf, index, size, path) {
    if (index >= size) return null;
    let node = leaf;
    let used = 0;
    for (let at = index, last = size - 1; last > 0; at >>>= 1, last >>>= 1) {
      if (at === last && at % 2 === 0) continue; // it rises unchanged
      if (used === path.length) return null;
      const sibling = path[used++];
      node = at % 2 ? nodeHash(sibling, node) : nodeHash(node, sibling);
    }
    return used === path.length ? node : null;
  }

  // ---- the language: §1.1 ------------------------------------------------------------------------------------------------
  const LARGEST_FILE = 256 * 1024 * 1024;
  const DEEPEST = 12;
  const KEY = /^[a-z][a-z0-9_]{0,39}$/;
  const PLAIN = /^[\x20-\x7e]*$/;
  // Controls, what shows nothing, what turns the direction, radicals that look like characters, lone surrogates: §1.1.
  const REFUSED_UNITS =
    "\\0-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e" +
    "\\u2060-\\u206f\\u2e80-\\u2fdf\\u3164\\u{d800}-\\u{dfff}\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}";
  const REFUSED_TEXT = new RegExp(`[${REFUSED_UNITS}\\\\]`, "u");
  const DOUBTFUL = new RegExp(`[${REFUSED_UNITS}]|\\\\[^"]`, "u"); // in a text as a whole, where quotation marks are escaped
  const NO_INTEGERS = ["NaN", "Infinity", "-Infinity"];

  function canonical(value) {
    if (typeof value === "string") return '"' + (value.includes('"') ? value.replace(/"/g, '\\"') : value) + '"';
    if (typeof value !== "object") return String(value);
    if (Array.isArray(value)) {
      let text = "[";
      for (let i = 0; i < value.length; i++) text += (i ? "," : "") + canonical(value[i]);
      return text + "]";
    }
    const keys = Object.keys(value).sort();
    let text = "{";
    for (let i = 0; i < keys.length; i++) text += (i ? "," : "") + canonical(keys[i]) + ":" + canonical(value[keys[i]]);
    return text + "}";
  }

  const canonicalBytes = (value) => utf8(canonical(value));
  const digest = (doc) => toHex(H("doc/" + doc.type, canonicalBytes(doc)));

  class Refusal extends Error {
    constructor(code, zh, en) {
      super(en);
      this.code = code;
      this.said = { zh, en };
    }
  }

  /** Whether more than `most` arrays and objects are open at once in the UTF-8 of a text, told before anything is parsed. */
  function isDeeper(bytes, most) {
    let depth = 0;
    let inString = false;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = !inString;
      else if (inString) continue;
      else if (byte === 0x5b || byte === 0x7b) {
        if (++depth > most) return true;
      } else if (byte === 0x5d || byte === 0x7d) depth--;
    }
    return false;
  }

  /** The object that a text is, if the text is its canonical form beyond doubt, else null: a Reader tells why. */
  function readCanonical(text) {
    if (DOUBTFUL.test(text) || text.normalize("NFC") !== text) return null;
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      return null;
    }
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && isOurs(value) && JSON.stringify(value) === text ? value : null;
  }

  /** Whether a value holds only integers, texts, truths, lists, and objects whose keys are lawful and ascend. */
  function isOurs(value) {
    if (typeof value === "number") return Number.isSafeInteger(value);
    if (typeof value !== "object") return true;
    if (value === null) return false;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) if (!isOurs(value[i])) return false;
      return true;
    }
    const keys = Object.keys(value);
    return keys.every((key, i) => KEY.test(key) && (!i || keys[i - 1] < key) && isOurs(value[key]));
  }

  /** Reads JSON more widely than §1.1 allows and notes what it should not have held, so that each fault has its code. */
  class Reader {
    constructor(text) {
      this.text = text;
      this.at = 0;
      this.faults = new Map();
    }

    fault(code, zh, en) {
      if (!this.faults.has(code)) this.faults.set(code, { zh: `第 ${this.at} 个字符处：${zh}`, en: `at character ${this.at}: ${en}` });
    }

    stop(code, zh, en) {
      throw new Refusal(code, `第 ${this.at} 个字符处：${zh}`, `at character ${this.at}: ${en}`);
    }

    document() {
      this.space();
      const value = this.value(1);
      this.space();
      if (this.at < this.text.length) this.stop("P-JSON", "文件结束之后还有内容", "something follows the end");
      return value;
    }

    space() {
      while (this.at < this.text.length && " \t\r\n".includes(this.text[this.at])) this.at++;
    }

    value(depth) {
      const { text, at } = this;
      const first = text[at];
      if (first === '"') return this.string();
      if (first === "[" || first === "{") {
        this.at++;
        return first === "[" ? this.array(depth) : this.object(depth);
      }
      if ((first === "-" && text[at + 1] !== "I") || (first >= "0" && first <= "9")) return this.number();
      for (const word of NO_INTEGERS) {
        if (text.startsWith(word, at)) {
          this.fault("P-NUMBER", "只允许整数", "only integers are allowed");
          this.at += word.length;
          return 0;
        }
      }
      for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
        if (text.startsWith(word, at)) {
          if (value === null) this.fault("P-JSON", "不允许 null", "null is not allowed");
          this.at += word.length;
          return value;
        }
      }
      return this.stop("P-JSON", "不是 JSON", "not JSON");
    }

    closes(mark) {
      this.space();
      if (this.text[this.at] !== mark) return false;
      this.at++;
      return true;
    }

    comma() {
      if (this.text[this.at] !== ",") this.stop("P-JSON", "缺少逗号或结束括号", "a comma or a closing bracket is missing");
      this.at++;
      this.space();
    }

    array(depth) {
      const items = [];
      if (this.closes("]")) return items;
      for (;;) {
        items.push(this.value(depth + 1));
        if (this.closes("]")) return items;
        this.comma();
      }
    }

    object(depth) {
      const members = Object.create(null);
      if (this.closes("}")) return members;
      for (;;) {
        if (this.text[this.at] !== '"') this.stop("P-JSON", "缺少字段名", "a field's name is missing");
        const key = this.string(false);
        if (!KEY.test(key)) this.fault("P-KEY", `字段名“${shown(key)}”`, `the field name “${shown(key)}”`);
        if (key in members) this.fault("P-DUPLICATE", `字段“${shown(key)}”重复`, `the field “${shown(key)}” stands twice`);
        this.space();
        if (this.text[this.at] !== ":") this.stop("P-JSON", "缺少冒号", "a colon is missing");
        this.at++;
        this.space();
        members[key] = this.value(depth + 1);
        if (this.closes("}")) return members;
        this.comma();
      }
    }

    number() {
      const form = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
      form.lastIndex = this.at;
      const found = form.exec(this.text);
      if (!found) this.stop("P-JSON", "不是数", "not a number");
      if (found[1] || found[2] || found[0] === "-0") this.fault("P-NUMBER", "只允许整数", "only integers are allowed");
      const value = Number(found[0]);
      if (Math.abs(value) > Number.MAX_SAFE_INTEGER) this.fault("P-NUMBER", "整数过大", "the integer is too large");
      this.at += found[0].length;
      return value;
    }

    string(judged = true) {
      const start = this.at + 1;
      let end = this.text.indexOf('"', start);
      while (end > 0 && this.escaped(start, end)) end = this.text.indexOf('"', end + 1);
      if (end < 0) this.stop("P-JSON", "字符串没有结束", "a string does not end");
      const raw = this.text.slice(start, end);
      const value = raw.includes("\\") ? this.unescaped(raw) : raw;
      if (judged && (!PLAIN.test(value) || value.includes("\\"))) this.judge(value);
      this.at = end + 1;
      return value;
    }

    escaped(start, end) {
      let before = end;
      while (before > start && this.text[before - 1] === "\\") before--;
      return (end - before) % 2 === 1;
    }

    unescaped(raw) {
      const short = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
      return raw.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, hex, mark) => {
        if (hex) return String.fromCharCode(parseInt(hex, 16));
        if (!Object.hasOwn(short, mark)) this.stop("P-JSON", "转义无效", "an unknown escape");
        return short[mark];
      });
    }

    judge(value) {
      if (REFUSED_TEXT.test(value)) {
        this.fault("P-TEXT", "含反斜杠、控制字符、零宽字符、双向字符或孤立代理", "a backslash, a control, zero-width or bidirectional character, or a lone surrogate");
      }
      if (value.normalize("NFC") !== value) this.fault("P-TEXT", "不是 NFC", "not in NFC");
    }
  }

  const shown = (text) => (text.length > 40 ? text.slice(0, 40) + "…" : text);

  const FAULTS = ["P-DUPLICATE", "P-KEY", "P-NUMBER", "P-JSON", "P-TEXT"]; // the first that holds is told: §9

  /** The document in `bytes`; the first fault of language goes to `report`, and null comes back if there is one. */
  function readDocument(bytes, report) {
    try {
      if (bytes.length > LARGEST_FILE) throw new Refusal("P-LIMIT", "文件超过 256 MiB", "the file has more than 256 MiB");
      let text;
      try {
        text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        throw new Refusal("P-JSON", "不是 UTF-8", "not UTF-8");
      }
      if (isDeeper(bytes, DEEPEST)) throw new Refusal("P-LIMIT", `嵌套超过 ${DEEPEST} 层`, `nested more than ${DEEPEST} deep`);
      const known = readCanonical(text);
      if (known) return known;
      const reader = new Reader(text);
      const value = reader.document();
      if (!value || typeof value !== "object" || Array.isArray(value)) throw new Refusal("P-JSON", "文件不是一个 JSON 对象", "the file is not one JSON object");
      const code = FAULTS.find((one) => reader.faults.has(one));
      if (code) throw new Refusal(code, reader.faults.get(code).zh, reader.faults.get(code).en);
      if (canonical(value) !== text) throw new Refusal("P-BYTES", "字节与其规范形式不同", "the bytes differ from their canonical form");
      return value;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      report.fail(error.code, error.said.zh, error.said.en);
      return null;
    }
  }

  // ---- sizes: §4 ---------------------------------------------------------------------------------------------------------
  const big = BigInt;
  const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0); // codes are ASCII: units compare as bytes

  function sizeByRatio(N, { ratio: [num, den], round, at_least: least }) {
    let n = round === "up" ? (big(N) * big(num) + big(den) - 1n) / big(den) : (2n * big(N) * big(num) + big(den)) / (2n * big(den));
    if (num > 0 && N > 0 && n < big(least)) n = big(least);
    return Number(n < big(N) ? n : big(N));
  }

  const gcd = (a, b) => (b ? gcd(b, a % b) : a);

  /** Sizes by stratum id, or null where the total is less than the strata that must have one. */
  function sizesByLargestRemainder(strata, total) {
    const sizes = new Map(strata.map((s) => [s.stratum, s.stratum === "carried" ? big(s.size) : 0n]));
    const live = strata.filter((s) => s.size > 0 && s.ratio[0] > 0 && s.stratum !== "carried");
    const L = live.reduce((l, s) => (l / gcd(l, big(s.ratio[1]))) * big(s.ratio[1]), 1n);
    let open = live.map((s) => ({ id: s.stratum, N: big(s.size), w: big(s.size) * big(s.ratio[0]) * (L / big(s.ratio[1])) }));
    const all = open.reduce((sum, s) => sum + s.N, 0n);
    let rest = big(total) < all ? big(total) : all;
    if (rest < big(open.length)) return null;
    for (;;) {
      const W = open.reduce((sum, s) => sum + s.w, 0n);
      const above = open.filter((s) => rest * s.w > s.N * W);
      const below = open.filter((s) => rest * s.w < W);
      if (!above.length && !below.length) return floorsAndRemainders(sizes, open, rest, W);
      const tooMuch = above.reduce((sum, s) => sum + rest * s.w - s.N * W, 0n);
      const tooLittle = below.reduce((sum, s) => sum + W - rest * s.w, 0n);
      const fixed = tooMuch >= tooLittle ? above : below;
      for (const s of fixed) sizes.set(s.id, fixed === above ? s.N : 1n);
      rest -= fixed.reduce((sum, s) => sum + sizes.get(s.id), 0n);
      open = open.filter((s) => !fixed.includes(s));
    }
  }

  function floorsAndRemainders(sizes, open, rest, W) {
    const order = (a, b) => (a.r !== b.r ? (a.r > b.r ? -1 : 1) : a.N !== b.N ? (a.N > b.N ? -1 : 1) : byText(a.id, b.id));
    const quotas = open.map((s) => ({ ...s, floor: (rest * s.w) / W, r: (rest * s.w) % W })).sort(order);
    let left = rest - quotas.reduce((sum, s) => sum + s.floor, 0n);
    for (const s of quotas) sizes.set(s.id, s.floor + (left-- > 0n ? 1n : 0n));
    return new Map([...sizes].map(([id, n]) => [id, Number(n)]));
  }

  function reservesOf({ size, draw, reserve_ratio: [num, den] }) {
    const wished = (big(draw) * big(num) + big(den) - 1n) / big(den);
    return Number(wished < big(size - draw) ? wished : big(size - draw));
  }

  // ---- keys, order, sample: §5, §6 --------------------------------------------------------------------------------------------
  const FULL = 1n << 256n;

  const ticketKey = (seed, part) => H("key", seed, "ticket", part.tickets === "shared" ? "" : part.part);

  /** u of a code: its ticket turned by the part's rotation, as a 256-bit integer. */
  function turnedTickets(seed, part) {
    const ticket = ticketer(ticketKey(seed, part), "ticket");
    const turn = (big(part.rotation[0]) * FULL) / big(part.rotation[1]);
    return (code) => BigInt.asUintN(256, toInteger(ticket(code)) + turn);
  }

  /** How many of the heaviest are certain, and the weight of the rest; `weights` descending. */
  function certainOf(weights, n) {
    let X = weights.reduce((sum, x) => sum + big(x), 0n);
    let c = 0;
    while (c < n && c < weights.length && big(n - c) * big(weights[c]) >= X) X -= big(weights[c++]);
    return { certain: c, X };
  }

  const paretoKey = (u, x, m, X) => ((u * (X - m * x)) << 576n) / ((FULL - u) * x);

  /** {certain, X, ordered: [{code, key, sure}]}: the rows of one stratum in the order in which they are taken. */
  function orderStratum(rows, stratum, uOf) {
    if (stratum.order === "equal") {
      const keyed = rows.map((row) => ({ code: row.code, key: uOf(row.code), sure: false }));
      return { certain: 0, X: big(rows.length), ordered: keyed.sort(byKey) };
    }
    const heavy = [...rows].sort((a, b) => b.weight - a.weight || byText(a.code, b.code));
    const { certain, X } = certainOf(heavy.map((row) => row.weight), stratum.draw);
    const m = big(stratum.draw - certain);
    const keyed = heavy.map((row, i) => {
      const u = uOf(row.code);
      const sure = i < certain;
      return { code: row.code, sure, key: sure ? u : paretoKey(u, big(row.weight), m, X) };
    });
    return { certain, X, ordered: keyed.sort(byKey) };
  }

  const byKey = (a, b) => (a.sure !== b.sure ? (a.sure ? -1 : 1) : a.key < b.key ? -1 : a.key > b.key ? 1 : byText(a.code, b.code));

  /** Whether the stated probabilities of a weighted stratum may be off by more than the page's bound (S-WEIGHT weak). */
  function isWeak(rows, n) {
    const weights = rows.map((row) => row.weight).sort((a, b) => b - a);
    const { certain, X } = certainOf(weights, n);
    const m = big(n - certain);
    return weights.slice(certain).reduce((sum, x) => sum + m * big(x) * (X - m * big(x)), 0n) < 3n * X * X;
  }

  const cutOf = (entry) => (entry ? (entry.sure ? "certain" : entry.key.toString(16)) : "");

  // ---- shapes: §2 -----------------------------------------------------------------------------------------------------------
  // A shape is a function of a value that throws a Refusal at the first difference.

  const CODE = /^[0-9A-Z][0-9A-Z-]{0,39}$/;
  const REASONS_OUT = ["closed", "deregistered", "moved", "suspended", "targeted", "full_coverage", "cooldown", "out_of_scope", "cap"];
  const REASONS_REPLACE = ["closed", "deregistered", "moved", "merged", "cap", "unreachable"];
  const REASONS_VOID = ["secret_missing", "source_absent", "frame_unlawful", "court_order", "verification_failed"];
  const MOST = 10 ** 7; // items of a list that has no limit of its own
  const KINDS_ENTRY = ["plan", "commitment", "closing", "entropy", "result", "attest", "log", "open", "void", "release"];
  const ZEROS = "0".repeat(64);

  const trail = []; // the way from the file to the value at hand: names of fields and numbers of items

  const placeAtHand = () => trail.map((step, i) => (typeof step === "number" ? `[${step}]` : i ? `.${step}` : step)).join("");

  function refuseShape(zh, en, place = placeAtHand()) {
    throw new Refusal("P-SHAPE", `${place}：${zh}`, `${place}: ${en}`);
  }

  function shapedAt(step, shape, value) {
    trail.push(step);
    shape(value);
    trail.pop();
  }

  const brief = (value) => shown(typeof value === "object" ? (Array.isArray(value) ? "[…]" : "{…}") : String(value));

  const matching = (pattern, zh, en) => (value) => {
    if (typeof value !== "string" || !pattern.test(value)) refuseShape(`“${brief(value)}”不是${zh}`, `“${brief(value)}” is not ${en}`);
  };
  const ofLength = (least, most) => (value) => {
    if (typeof value !== "string") refuseShape("不是文本", "not a text");
    const length = value.length > most && value.length <= 2 * most ? [...value].length : value.length; // characters, not units
    if (length < least || length > most) refuseShape(`有 ${length} 个字符`, `has ${length} characters`);
  };
  const aTitle = ofLength(1, 200);
  const aFree = ofLength(0, 2000);
  const aWord = ofLength(1, 100);
  const aName = matching(/^[0-9A-Za-z][0-9A-Za-z_-]{0,31}$/, "名称", "a name");
  const aCode = matching(CODE, "编码", "a code");
  const aHash = matching(/^[0-9a-f]{64}$/, "64 位十六进制", "64 hex digits");
  const aSalt = matching(/^[0-9a-f]{32}$/, "32 位十六进制", "32 hex digits");
  const maybeHash = matching(/^([0-9a-f]{64})?$/, "64 位十六进制或空", "64 hex digits or empty");
  const aSignature = matching(/^[0-9a-f]{96}$/, "96 位十六进制", "96 hex digits");
  const aCut = matching(/^(certain|0|[1-9a-f][0-9a-f]{0,300})?$/, "分界值", "a cut");
  const aKey = matching(/^(0|[1-9a-f][0-9a-f]{0,300})$/, "抽取号", "a key");
  const aDraw = matching(/^[0-9]{2,12}-[0-9]{4}-[0-9]{5}$/, "抽取编号", "the number of a draw");
  const aTruth = (value) => typeof value === "boolean" || refuseShape("不是布尔值", "not a boolean");

  const aDay = (value) => {
    const parts = typeof value === "string" && /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value);
    const day = parts && new Date(Date.UTC(+parts[1], +parts[2] - 1, +parts[3]));
    if (!day || parts[1] === "0000" || isNaN(day) || day.toISOString().slice(0, 10) !== value) refuseShape("不是日期", "not a day");
  };
  const anInteger = (low, high = Number.MAX_SAFE_INTEGER) => (value) => {
    if (typeof value !== "number" || value < low || value > high) {
      refuseShape(`“${brief(value)}”不在 ${low} 至 ${high}`, `“${brief(value)}” is not from ${low} to ${high}`);
    }
  };
  const aCount = anInteger(0, 10 ** 9);
  const aTime = anInteger(0);
  const oneOf = (...words) => (value) => {
    if (!words.includes(value)) refuseShape(`“${brief(value)}”不在 ${words.join("、")} 之中`, `“${brief(value)}” is none of ${words.join(", ")}`);
  };
  const listOf = (shape, low = 0, high = MOST) => (value) => {
    if (!Array.isArray(value)) refuseShape("不是数组", "not an array");
    if (value.length < low || value.length > high) refuseShape(`有 ${value.length} 项`, `has ${value.length} items`);
    const at = trail.push(0) - 1;
    for (let i = 0; i < value.length; i++) {
      trail[at] = i;
      shape(value[i]);
    }
    trail.pop();
  };
  const tuple = (...shapes) => (value) => {
    if (!Array.isArray(value) || value.length !== shapes.length) refuseShape(`应有 ${shapes.length} 项`, `must have ${shapes.length} items`);
    const at = trail.push(0) - 1;
    for (let i = 0; i < shapes.length; i++) {
      trail[at] = i;
      shapes[i](value[i]);
    }
    trail.pop();
  };
  const unknown = () => refuseShape("未知字段", "an unknown field");
  const missing = () => refuseShape("缺少字段", "the field is missing");
  const record = (fields) => (value) => {
    if (typeof value !== "object" || Array.isArray(value)) refuseShape("不是对象", "not an object");
    for (const name of Object.keys(value)) if (!Object.hasOwn(fields, name)) shapedAt(shown(name), unknown, value[name]);
    for (const name of Object.keys(fields)) {
      shapedAt(name, Object.hasOwn(value, name) ? fields[name] : missing, value[name]);
    }
  };
  const byKind = (field, shapes) => {
    const known = oneOf(...Object.keys(shapes));
    return (value) => {
      if (typeof value !== "object" || Array.isArray(value)) refuseShape("不是对象", "not an object");
      shapedAt(field, known, value[field]);
      shapes[value[field]](value);
    };
  };

  const orEmpty = (shape) => (value) => value === "" || shape(value);
  const aRatio = tuple(anInteger(0, 10 ** 6), anInteger(1, 10 ** 6));
  const aNumber = anInteger(-(10 ** 12), 10 ** 12);

  const numbersSource = record({
    kind: aWord, name: aTitle, day: aDay, count: anInteger(1, 100), range: tuple(aNumber, aNumber), sorted: aTruth,
  });
  const aSource = byKind("kind", {
    drand: record({ kind: aWord, chain: aHash, round: anInteger(1) }),
    balls: numbersSource,
    digits: numbersSource,
    index: numbersSource,
  });
  const numbersValue = record({ kind: aWord, name: aTitle, values: listOf(aNumber, 1, 100) });
  const aValue = byKind("kind", {
    drand: record({ kind: aWord, chain: aHash, round: anInteger(1), signature: aSignature }),
    balls: numbersValue,
    digits: numbersValue,
    index: numbersValue,
  });

  const aStratum = record({
    stratum: aName, clause: aTitle, ratio: aRatio, round: oneOf("up", "half_up"), at_least: aCount, size: aCount,
    draw: aCount, order: oneOf("equal", "pareto"), certain: aCount, weight_rest: anInteger(0), reserve_ratio: aRatio,
    reserves: aCount, steps: listOf(anInteger(1, 10 ** 6), 0, 20),
  });
  const aPart = record({
    part: aName, authority: aTitle, approved_by: aCode, authorities: listOf(aTitle, 0, 100), items: listOf(aWord, 0, 1000),
    tickets: oneOf("shared", "own"), rotation: tuple(anInteger(0, 999), anInteger(1, 1000)),
    snapshot: record({ register: aTitle, taken_at: aTime, count: aCount, digest: aHash }),
    rulebook: record({ edition: aTitle, digest: aHash }),
    frame: record({ root: aHash, size: aCount, out: listOf(tuple(aWord, aCount), 0, 100) }),
    apportion: byKind("method", {
      ratio: record({ method: aWord }),
      largest_remainder: record({ method: aWord, total: aCount }),
    }),
    strata: listOf(aStratum, 1, 1000),
    seats: listOf(record({ authority: orEmpty(aTitle), skills: listOf(aWord, 0, 50) }), 2, 6),
    window: tuple(aDay, aDay),
    roster: record({ root: aHash, size: aCount }),
  });
  const anAttempt = record({
    when: oneOf("first", "source_absent", "secret_missing"), secret: aTruth, sources: listOf(aSource, 1, 20), instant: aTime, deadline: aTime,
  });

  const aCommitment = record({
    type: oneOf("commitment"), protocol: aWord, suite: aWord, draw: aDraw, authority: aTitle, plan: aName, plan_digest: aHash,
    task: aName, title: aTitle, basis: listOf(aTitle, 0, 100), replaces: orEmpty(aDraw), reason: aFree, prepared_by: aCode,
    approved_by: aCode, frozen_at: aTime, close_at: aTime, result_by: aTime, publish_by: aTime,
    names: oneOf("open", "dispatch", "completion"), rows: oneOf("open", "none"),
    secret: listOf(
      record({ holder: aCode, commitment: aHash, custodians: listOf(record({ id: aCode, organisation: aTitle }), 0, 20) }), 0, 1),
    witnesses: listOf(record({ id: aCode, organisation: aTitle, commitment: aHash }), 0, 50),
    witness_min: anInteger(0, 50), attempts: listOf(anAttempt, 1, 4), parts: listOf(aPart, 1, 50),
  });
  const aClosing = record({
    type: oneOf("closing"), draw: aDraw, commitment: aHash, closed_at: aTime,
    reveals: listOf(record({ witness: aCode, value: aHash }), 0, 50), missing: listOf(aCode, 0, 50),
  });
  const anEntropy = record({
    type: oneOf("entropy"), draw: aDraw, closing: aHash, attempt: anInteger(1, 4),
    failed: listOf(record({ attempt: anInteger(1, 4), reason: aWord, evidence: aHash }), 0, 4),
    values: listOf(aValue, 1, 20), entered: listOf(record({ by: aCode, at: aTime, values: listOf(aValue, 1, 20) }), 1, 10),
  });
  const aResult = record({
    type: oneOf("result"), draw: aDraw, entropy: aHash,
    parts: listOf(record({
      part: aName, drawn_root: aHash, reserve_root: aHash, team_root: aHash, cut_root: aHash, ticket_root: maybeHash,
      short: aCount,
    }), 1, 50),
  });
  const anEntry = record({
    type: oneOf("entry"), authority: aTitle, n: anInteger(1), prev: aHash, kind: oneOf(...KINDS_ENTRY), draw: orEmpty(aDraw),
    task: orEmpty(aName), digest: aHash, at: aTime, by: aCode, approved_by: orEmpty(aCode), reason: aFree,
  });
  const anEvent = record({
    type: oneOf("event"), draw: aDraw, part: aName, n: anInteger(1), prev: aHash, kind: aWord, subject: aWord, seat: anInteger(0, 1000),
    from: orEmpty(aCode), to: orEmpty(aCode), reason: aWord, evidence: aHash, by: aCode, approved_by: aCode, at: aTime,
  });
  const aSourceKind = matching(/^[a-z]{1,16}$/, "来源种类", "a kind of source");
  const aPlan = record({
    type: oneOf("plan"), authority: aTitle, plan: aName, title: aTitle,
    tasks: listOf(record({
      task: aName, cutoff: tuple(aTime, aTime), ratios: listOf(tuple(aName, aName, aRatio), 0, 5000),
      sources: listOf(tuple(aSourceKind, aTitle), 0, 50),
    }), 1, 1000),
  });
  const nothing = record({});
  const orNothing = (shape) => (value) =>
    typeof value === "object" && !Array.isArray(value) && !Object.keys(value).length ? nothing(value) : shape(value);

  const someCodes = listOf(aCode, 0, 1000);
  const FRAME = [aCode, aWord, orEmpty(aName), anInteger(1, 4294967295), oneOf("in", "out"), orEmpty(aWord), orEmpty(aTitle)];
  const AVOID = [aCode, someCodes, someCodes];
  const SEATS_HELD = anInteger(0, 10 ** 6);
  const ROSTER = [aCode, aTitle, listOf(aWord, 0, 100), SEATS_HELD, SEATS_HELD, aDay, aDay];
  const TEAM = [aCode, listOf(orEmpty(aCode), 1, 6)];
  const maskable = (shape) => (value) => (typeof value === "string" ? aHash(value) : shape(value));

  /** A part of a transcript; in view `full` without the salts, which follow from the file's salt_key, and never masked. */
  function partShape(full) {
    const rows = (shapes, ...salts) => listOf(full ? tuple(...shapes) : maskable(tuple(...shapes, ...salts)));
    return record({
      part: aName, frame: rows(FRAME, aHash, aSalt), avoid: listOf(tuple(...AVOID, ...(full ? [] : [aSalt]))), roster: rows(ROSTER, aSalt),
      drawn: rows([aCode], aSalt), reserves: rows([aName, anInteger(1), aCode], aSalt), cuts: rows([aName, aCut, aCut], aSalt),
      teams: rows(TEAM, aSalt), tickets: rows([aCode, aKey], aSalt), short: listOf(tuple(aCode, aCount)),
    });
  }

  const transcriptShape = (full) => record({
    type: oneOf("transcript"), view: oneOf("full", "public"), commitment: aCommitment, closing: aClosing, entropy: anEntropy,
    secret: maybeHash, salt_key: full ? aHash : oneOf(""), result: aResult, plan: orNothing(aPlan),
    parts: listOf(partShape(full), 1, 50), register: listOf(anEntry, 1), log: listOf(anEvent),
  });

  const leafOf = (...shapes) => record({ values: tuple(...shapes), index: anInteger(0), path: listOf(aHash, 0, 64) });
  const aCertificate = record({
    type: oneOf("certificate"), commitment: aCommitment, closing: aClosing, entropy: orNothing(anEntropy), secret: maybeHash,
    result: orNothing(aResult), part: aName, row: leafOf(...FRAME, aHash, aSalt), drawn: orNothing(leafOf(aCode, aSalt)),
    cut: orNothing(leafOf(aName, aCut, aCut, aSalt)), ticket: orNothing(leafOf(aCode, aKey, aSalt)),
  });

  const isNothing = (doc) => !Object.keys(doc).length;

  /** Throws a Refusal unless `file` is a transcript or a certificate of this protocol and suite. */
  function checkShape(file) {
    const { commitment } = file;
    if (commitment && typeof commitment === "object" && !Array.isArray(commitment)) {
      for (const [field, only] of [["protocol", "xinjian-draw/1"], ["suite", "sha256"]]) {
        const said = commitment[field];
        if (said !== undefined && said !== only) throw new Refusal("P-SUITE", `${field}：不认识“${brief(said)}”`, `${field}: “${brief(said)}” is not known`);
      }
    }
    trail.length = 0;
    shapedAt("type", oneOf("transcript", "certificate"), file.type);
    shapedAt(file.type, file.type === "certificate" ? aCertificate : transcriptShape(file.view === "full"), file);
    checkTogether(commitment);
    if (file.type === "certificate") checkTold(file);
  }

  /** A certificate tells all that came after its row, or nothing. */
  function checkTold(file) {
    const told = !isNothing(file.result);
    if (told === isNothing(file.entropy)) refuseShape("须与结果一同给出", "it is told together with the result", "entropy");
    if (!told && (file.secret || !["cut", "ticket", "drawn"].every((name) => isNothing(file[name])))) {
      refuseShape("公开之前只有本行", "before the opening nothing is told but the row", "result");
    }
  }

  /** What the fields of a commitment must be together (§2). */
  function checkTogether({ names, rows, secret, witnesses, witness_min: least, attempts, parts }) {
    const demand = (holds, place, zh, en) => holds || refuseShape(zh, en, `commitment.${place}`);
    const apart = (ids, place) => demand(new Set(ids).size === ids.length, place, "重复", "one stands twice");
    demand(names !== "open" || (!secret.length && rows === "open"), "names", "名单即时公开时不得有秘密值，且各行须公开", "names open needs rows open and no secret");
    if (rows === "none") {
      demand(secret.length && secret[0].custodians.length >= 2, "secret", "各行不公开时须有两名保管人", "rows none needs two custodians");
      demand(attempts.every((a) => a.when !== "secret_missing"), "attempts", "各行不公开时不得有 secret_missing", "rows none has no secret_missing attempt");
    }
    demand(least <= witnesses.length, "witness_min", "多于见证人数", "more than there are witnesses");
    apart(witnesses.map((one) => one.id), "witnesses");
    for (const kept of secret) apart(kept.custodians.map((one) => one.id), "secret.custodians");
    let uses = secret.length > 0;
    attempts.forEach((attempt, i) => {
      const missing = attempt.when === "secret_missing";
      demand((attempt.when === "first") === (i === 0), `attempts[${i}].when`, "只有第一次为 first", "only the first is “first”");
      demand(!missing || uses, `attempts[${i}].when`, "只有用过的秘密值才会缺失，且至多一次", "only a secret that was used can be missing, and only once");
      uses = uses && !missing;
      demand(attempt.secret === uses, `attempts[${i}].secret`, "有秘密值时用至 secret_missing 为止", "it is used, if there is one, until secret_missing");
    });
    apart(parts.map((part) => part.part), "parts");
    for (const [i, part] of parts.entries()) {
      apart(part.strata.map((s) => s.stratum), `parts[${i}].strata`);
      apart(part.frame.out.map(([reason]) => reason), `parts[${i}].frame.out`);
      const shares = [part.rotation, ...part.strata.map((s) => s.ratio)];
      demand(shares.every(([num, den]) => num <= den) && part.rotation[0] < part.rotation[1], `parts[${i}]`, "比例大于 1，或转满一圈", "a ratio above 1, or a whole turn");
      demand(part.window[0] <= part.window[1], `parts[${i}].window`, "起止颠倒", "it ends before it begins");
      demand(part.seats.every((seat) => ascending(seat.skills)), `parts[${i}].seats`, "技能没有升序", "skills that do not ascend");
    }
  }

  // ---- assignment: §7 -------------------------------------------------------------------------------------------------------
  /** Who may take which seat of which visit, and in which order everybody stands. */
  class Staffing {
    /** roster: [{id, authority, skills, cap, load, from, to}]; visits: [{code, recused, last}] in any order. */
    constructor({ ka, seats, window, roster, visits }) {
      this.seats = seats;
      this.deck = ticketer(ka, "deck");
      const rank = roster.map((one) => ({ one, ticket: toHex(this.deck(joined([fourBytes(0), utf8(one.id)]))) }));
      rank.sort((a, b) => byText(a.ticket, b.ticket) || byText(a.one.id, b.one.id));
      this.people = rank.map(({ one }) => one);
      this.number = new Map(this.people.map((one, i) => [one.id, i]));
      this.able = seats.map((seat) => this.people.map((one) => suits(one, seat, window)));
      this.ableList = this.able.map((list) => list.flatMap((able, i) => (able ? [i] : [])));
      const numbers = (ids) => new Set(ids.flatMap((id) => (this.number.has(id) ? [this.number.get(id)] : [])));
      this.visits = visits.map((v) => ({ code: v.code, recused: numbers(v.recused), last: numbers(v.last) }));
      this.orderVisits(ka);
      this.tickets = new Map();
    }

    orderVisits(ka) {
      const ticket = ticketer(ka, "visit");
      for (const visit of this.visits) {
        visit.scarcity = Math.min(...this.seats.map((_, q) => this.freshCount(visit, q)));
        visit.ticket = toHex(ticket(visit.code));
      }
      this.visits.sort((a, b) => a.scarcity - b.scarcity || byText(a.ticket, b.ticket) || byText(a.code, b.code));
    }

    freshCount(visit, q) {
      let count = this.ableList[q].length;
      for (const i of visit.recused) if (this.able[q][i]) count--;
      for (const i of visit.last) if (this.able[q][i] && !visit.recused.has(i)) count--;
      return count;
    }

    fitCount(visit, q) {
      let count = this.ableList[q].length;
      for (const i of visit.recused) if (this.able[q][i]) count--;
      return count;
    }

    fit(visit, q, i) {
      return this.able[q][i] && !visit.recused.has(i);
    }

    fresh(visit, q, i) {
      return this.able[q][i] && !visit.recused.has(i) && !visit.last.has(i);
    }

    /** The order of the shuffled deck at one level of load. */
    deckTicket(level, i) {
      const key = level * this.people.length + i;
      let ticket = this.tickets.get(key);
      if (ticket === undefined) {
        const bytes = this.deck(joined([fourBytes(level), utf8(this.people[i].id)]));
        ticket = { head: new DataView(bytes.buffer).getUint32(0), bytes };
        this.tickets.set(key, ticket);
      }
      return ticket;
    }
  }

  function suits(one, seat, [first, last]) {
    return (
      (seat.authority === "" || seat.authority === one.authority) &&
      seat.skills.every((skill) => one.skills.includes(skill)) &&
      one.from <= first &&
      one.to >= last
    );
  }

  const byTicket = (a, b) => a.head - b.head || byText(toHex(a.bytes), toHex(b.bytes));

  /** Teams by the rule: deal, fill, level; or teams as they are told. Holders are numbers by rank, -1 for an empty seat. */
  class Assignment {
    constructor(staffing, told = null) {
      this.staffing = staffing;
      this.width = staffing.seats.length;
      this.holders = new Int32Array(staffing.visits.length * this.width).fill(-1); // seat s: visit s / width, seat s % width
      this.count = new Int32Array(staffing.people.length);
      this.held = staffing.people.map(() => new Set());
      this.shut = { seats: new Set(), people: new Set() };
      if (told) return this.seat(told);
      this.deal();
      this.fill((visit, q, i) => staffing.fresh(visit, q, i));
      this.shut = { seats: new Set(), people: new Set() };
      this.fill((visit, q, i) => staffing.fit(visit, q, i));
      this.level();
    }

    seat(told) {
      this.staffing.visits.forEach((visit, v) => {
        told.get(visit.code).forEach((who, q) => {
          if (who !== "") this.give(v * this.width + q, this.staffing.number.get(who));
        });
      });
    }

    visitOf(seat) {
      return this.staffing.visits[Math.floor(seat / this.width)];
    }

    team(seat) {
      const start = seat - (seat % this.width);
      return this.holders.subarray(start, start + this.width);
    }

    give(seat, i) {
      const before = this.holders[seat];
      if (before >= 0) {
        this.count[before]--;
        this.held[before].delete(seat);
      }
      this.holders[seat] = i;
      if (i >= 0) {
        this.count[i]++;
        this.held[i].add(seat);
      }
    }

    deal() {
      const { staffing } = this;
      const shared = new Map();
      const people = staffing.people.length;
      const pair = (a, b) => (a < b ? a * people + b : b * people + a);
      const load = Int32Array.from(staffing.people, (one) => one.load);
      const room = Int32Array.from(staffing.people, (one) => one.cap);
      const level = (i) => load[i] + this.count[i];
      for (let seat = 0; seat < this.holders.length; seat++) {
        const visit = this.visitOf(seat);
        const q = seat % this.width;
        const team = this.team(seat);
        const together = (i) => team.reduce((sum, mate) => sum + (mate < 0 ? 0 : shared.get(pair(mate, i)) || 0), 0);
        let best = -1;
        let bestShared = -1; // not yet counted
        for (const i of staffing.ableList[q]) {
          const over = best < 0 ? -1 : level(i) - level(best);
          if (over > 0 || this.count[i] >= room[i] || team.includes(i) || !staffing.fresh(visit, q, i)) continue;
          if (over < 0) {
            best = i;
            bestShared = -1;
            continue;
          }
          if (bestShared < 0) bestShared = together(best);
          const mine = together(i);
          if ((mine - bestShared || byTicket(staffing.deckTicket(level(i), i), staffing.deckTicket(level(best), best))) < 0) {
            best = i;
            bestShared = mine;
          }
        }
        if (best < 0) continue;
        for (const mate of team) if (mate >= 0) shared.set(pair(mate, best), (shared.get(pair(mate, best)) || 0) + 1);
        this.give(seat, best);
      }
    }

    /**
     * A breadth-first search from seats for somebody who is `wanted`: {end: the seat where he ends the path, or -1}.
     * Seats join by the handful and are taken out one by one, each where it joined first.
     */
    search(starts, may, wanted, seenPeople) {
      const { staffing } = this;
      const from = new Map(); // seat → {seat, mover}, null where a path begins
      const queue = [{ seats: starts, parent: null, mover: -1 }];
      for (let head = 0; head < queue.length; head++) {
        const { seats, parent, mover } = queue[head];
        for (const seat of seats) {
          if (from.has(seat) || (parent !== null && this.shut.seats.has(seat))) continue;
          from.set(seat, parent === null ? null : { seat: parent, mover });
          const visit = this.visitOf(seat);
          const q = seat % this.width;
          const start = seat - q;
          for (let r = start; r < start + this.width; r++) {
            if (r !== seat && this.holders[r] >= 0 && may(visit, q, this.holders[r])) queue.push({ seats: [r], parent: seat, mover: this.holders[r] });
          }
          const team = this.team(seat);
          for (const i of staffing.ableList[q]) {
            if (seenPeople.has(i) || this.shut.people.has(i) || team.includes(i) || !may(visit, q, i)) continue;
            seenPeople.add(i);
            if (wanted(i)) return { end: seat, taker: i, from };
            queue.push({ seats: [...this.held[i]].sort((x, y) => x - y), parent: seat, mover: i });
          }
        }
      }
      return { from, end: -1 };
    }

    shift({ end, taker, from }) {
      let seat = end;
      let next = taker;
      const moves = [];
      for (;;) {
        moves.push([seat, next]);
        const step = from.get(seat);
        if (step === null) break;
        next = step.mover;
        seat = step.seat;
      }
      for (const [place] of moves) this.give(place, -1);
      for (const [place, who] of moves) this.give(place, who);
    }

    fill(may) {
      const { people } = this.staffing;
      for (let seat = 0; seat < this.holders.length; seat++) {
        if (this.holders[seat] >= 0) continue;
        const seen = new Set();
        const found = this.search([seat], may, (i) => this.count[i] < people[i].cap, seen);
        if (found.end >= 0) this.shift(found);
        else {
          for (const closed of found.from.keys()) this.shut.seats.add(closed);
          for (const closed of seen) this.shut.people.add(closed);
        }
      }
    }

    level() {
      const { staffing } = this;
      const { people } = staffing;
      const level = (i) => people[i].load + this.count[i];
      this.shut = { seats: new Set(), people: new Set() };
      for (;;) {
        let busiest = -1;
        for (let i = 0; i < people.length; i++) {
          if (this.count[i] && !this.shut.people.has(i) && (busiest < 0 || level(i) > level(busiest))) busiest = i;
        }
        if (busiest < 0) return;
        const top = level(busiest);
        const wanted = (i) => this.count[i] < people[i].cap && level(i) <= top - 2;
        if (!people.some((_, i) => !this.shut.people.has(i) && wanted(i))) return;
        const seen = new Set([busiest]);
        const starts = [...this.held[busiest]].sort((a, b) => a - b);
        const found = this.search(starts, (visit, q, i) => staffing.fresh(visit, q, i), wanted, seen);
        if (found.end >= 0) this.shift(found);
        else for (const closed of seen) this.shut.people.add(closed);
      }
    }

    /** {teams: Map code → ids with "" for an empty seat, short: [[code, seat]]}. */
    result() {
      const teams = new Map();
      const short = [];
      this.staffing.visits.forEach((visit, v) => {
        const ids = Array.from(this.holders.subarray(v * this.width, (v + 1) * this.width));
        teams.set(visit.code, ids.map((i) => (i < 0 ? "" : this.staffing.people[i].id)));
        ids.forEach((i, q) => i < 0 && short.push([visit.code, q]));
      });
      return { teams, short: short.sort((a, b) => byText(a[0], b[0]) || a[1] - b[1]) };
    }

    /**
     * What the empty seats reach and what it bounds (§7.5): {holds, seats: [[code, seat]], people: [id], caps, others, filled}.
     * It holds where nobody in reach has room and caps + others = filled; only `holds` is told where somebody has.
     */
    bound() {
      const { staffing } = this;
      const empty = [...this.holders.keys()].filter((seat) => this.holders[seat] < 0);
      const seen = new Set();
      const room = (i) => this.count[i] < staffing.people[i].cap;
      const reached = this.search(empty, (visit, q, i) => staffing.fit(visit, q, i), room, seen);
      if (reached.end >= 0) return { holds: false };
      let caps = 0;
      for (const i of seen) caps += staffing.people[i].cap;
      let others = 0;
      const seatsOf = new Map();
      for (const seat of reached.from.keys()) {
        const v = Math.floor(seat / this.width);
        seatsOf.set(v, [...(seatsOf.get(v) || []), seat % this.width]);
      }
      for (const [v, seats] of seatsOf) {
        staffing.people.forEach((_, i) => {
          if (!seen.has(i) && seats.some((q) => staffing.fit(staffing.visits[v], q, i))) others++;
        });
      }
      const filled = reached.from.size - empty.length;
      const seats = [...reached.from.keys()].map((seat) => [this.visitOf(seat).code, seat % this.width]);
      return {
        holds: caps + others === filled,
        seats: seats.sort((a, b) => byText(a[0], b[0]) || a[1] - b[1]),
        people: [...seen].map((i) => staffing.people[i].id).sort(byText),
        caps, others, filled,
      };
    }
  }

  // ---- drand: BLS signatures on BLS12-381, §3 ----------------------------------------------------------------------------------
  // The curve with signatures in G1 and keys in G2, hashed to by RFC 9380 (SSWU, 11-isogeny). Elements of Fp2 are
  // [a, b] = a + b·u with u² = −1; of Fp12 twelve integers, the six coefficients over w with w⁶ = 1 + u.

  const CHAINS = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": {
      name: "quicknet",
      genesis: 1692803367,
      period: 3,
      key:
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" +
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    },
  };
  const DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
  const Z_OF_CURVE = 0xd201000000010000n; // the curve's parameter, without its minus sign
  const P = ((Z_OF_CURVE + 1n) ** 2n * (Z_OF_CURVE ** 4n - Z_OF_CURVE ** 2n + 1n)) / 3n - Z_OF_CURVE;
  const R = Z_OF_CURVE ** 4n - Z_OF_CURVE ** 2n + 1n;
  const ISO_A = 0x144698a3b8e9433d693a02c96d4982b0ea985383ee66a8d8e8981aefd881ac98936f8da0e0f97f5cf428082d584c1dn;
  const ISO_B = 0x12e2908d11688030018b12e8753eee3b2016c1f0f24f4070a0b9c14fcef35ef55a23215a316ceaa5d1cc48e98e172be0n;
  // RFC 9380, appendix E.2: x numerator and denominator, y numerator and denominator, constant terms first.
  const ISOGENY = [
    [
      0x11a05f2b1e833340b809101dd99815856b303e88a2d7005ff2627b56cdb4e2c85610c2d5f2e62d6eaeac1662734649b7n,
      0x17294ed3e943ab2f0588bab22147a81c7c17e75b2f6a8417f565e33c70d1e86b4838f2a6f318c356e834eef1b3cb83bbn,
      0xd54005db97678ec1d1048c5d10a9a1bce032473295983e56878e501ec68e25c958c3e3d2a09729fe0179f9dac9edcb0n,
      0x1778e7166fcc6db74e0609d307e55412d7f5e4656a8dbf25f1b33289f1b330835336e25ce3107193c5b388641d9b6861n,
      0xe99726a3199f4436642b4b3e4118e5499db995a1257fb3f086eeb65982fac18985a286f301e77c451154ce9ac8895d9n,
      0x1630c3250d7313ff01d1201bf7a74ab5db3cb17dd952799b9ed3ab9097e68f90a0870d2dcae73d19cd13c1c66f652983n,
      0xd6ed6553fe44d296a3726c38ae652bfb11586264f0f8ce19008e218f9c86b2a8da25128c1052ecaddd7f225a139ed84n,
      0x17b81e7701abdbe2e8743884d1117e53356de5ab275b4db1a682c62ef0f2753339b7c8f8c8f475af9ccb5618e3f0c88en,
      0x80d3cf1f9a78fc47b90b33563be990dc43b756ce79f5574a2c596c928c5d1de4fa295f296b74e956d71986a8497e317n,
      0x169b1f8e1bcfa7c42e0c37515d138f22dd2ecb803a0c5c99676314baf4bb1b7fa3190b2edc0327797f241067be390c9en,
      0x10321da079ce07e272d8ec09d2565b0dfa7dccdde6787f96d50af36003b14866f69b771f8c285decca67df3f1605fb7bn,
      0x6e08c248e260e70bd1e962381edee3d31d79d7e22c837bc23c0bf1bc24c6b68c24b1b80b64d391fa9c8ba2e8ba2d229n,
    ],
    [
      0x8ca8d548cff19ae18b2e62f4bd3fa6f01d5ef4ba35b48ba9c9588617fc8ac62b558d681be343df8993cf9fa40d21b1cn,
      0x12561a5deb559c4348b4711298e536367041e8ca0cf0800c0126c2588c48bf5713daa8846cb026e9e5c8276ec82b3bffn,
      0xb2962fe57a3225e8137e629bff2991f6f89416f5a718cd1fca64e00b11aceacd6a3d0967c94fedcfcc239ba5cb83e19n,
      0x3425581a58ae2fec83aafef7c40eb545b08243f16b1655154cca8abc28d6fd04976d5243eecf5c4130de8938dc62cd8n,
      0x13a8e162022914a80a6f1d5f43e7a07dffdfc759a12062bb8d6b44e833b306da9bd29ba81f35781d539d395b3532a21en,
      0xe7355f8e4e667b955390f7f0506c6e9395735e9ce9cad4d0a43bcef24b8982f7400d24bc4228f11c02df9a29f6304a5n,
      0x772caacf16936190f3e0c63e0596721570f5799af53a1894e2e073062aede9cea73b3538f0de06cec2574496ee84a3an,
      0x14a7ac2a9d64a8b230b3f5b074cf01996e7f63c21bca68a81996e1cdf9822c580fa5b9489d11e2d311f7d99bbdcc5a5en,
      0xa10ecf6ada54f825e920b3dafc7a3cce07f8d1d7161366b74100da67f39883503826692abba43704776ec3a79a1d641n,
      0x95fc13ab9e92ad4476d6e3eb3a56680f682b4ee96f7d03776df533978f31c1593174e4b4b7865002d6384d168ecdd0an,
      0x1n,
    ],
    [
      0x90d97c81ba24ee0259d1f094980dcfa11ad138e48a869522b52af6c956543d3cd0c7aee9b3ba3c2be9845719707bb33n,
      0x134996a104ee5811d51036d776fb46831223e96c254f383d0f906343eb67ad34d6c56711962fa8bfe097e75a2e41c696n,
      0xcc786baa966e66f4a384c86a3b49942552e2d658a31ce2c344be4b91400da7d26d521628b00523b8dfe240c72de1f6n,
      0x1f86376e8981c217898751ad8746757d42aa7b90eeb791c09e4a3ec03251cf9de405aba9ec61deca6355c77b0e5f4cbn,
      0x8cc03fdefe0ff135caf4fe2a21529c4195536fbe3ce50b879833fd221351adc2ee7f8dc099040a841b6daecf2e8fedbn,
      0x16603fca40634b6a2211e11db8f0a6a074a7d0d4afadb7bd76505c3d3ad5544e203f6326c95a807299b23ab13633a5f0n,
      0x4ab0b9bcfac1bbcb2c977d027796b3ce75bb8ca2be184cb5231413c4d634f3747a87ac2460f415ec961f8855fe9d6f2n,
      0x987c8d5333ab86fde9926bd2ca6c674170a05bfe3bdd81ffd038da6c26c842642f64550fedfe935a15e4ca31870fb29n,
      0x9fc4018bd96684be88c9e221e4da1bb8f3abd16679dc26c1e8b6e6a1f20cabe69d65201c78607a360370e577bdba587n,
      0xe1bba7a1186bdb5223abde7ada14a23c42a0ca7915af6fe06985e7ed1e4d43b9b3f7055dd4eba6f2bafaaebca731c30n,
      0x19713e47937cd1be0dfd0b8f1d43fb93cd2fcbcb6caf493fd1183e416389e61031bf3a5cce3fbafce813711ad011c132n,
      0x18b46a908f36f6deb918c143fed2edcc523559b8aaf0c2462e6bfe7f911f643249d9cdf41b44d606ce07c8a4d0074d8en,
      0xb182cac101b9399d155096004f53f447aa7b12a3426b08ec02710e807b4633f06c851c1919211f20d4c04f00b971ef8n,
      0x245a394ad1eca9b72fc00ae7be315dc757b3b080d4c158013e6632d3c40659cc6cf90ad1c232a6442d9d3f5db980133n,
      0x5c129645e44cf1102a159f748c4a3fc5e673d81d7e86568d9ab0f5d396a7ce46ba1049b6579afb7866b1e715475224bn,
      0x15e6be4e990f03ce4ea50b3b42df2eb5cb181d8f84965a3957add4fa95af01b2b665027efec01c7704b456be69c8b604n,
    ],
    [
      0x16112c4c3a9c98b252181140fad0eae9601a6de578980be6eec3232b5be72e7a07f3688ef60c206d01479253b03663c1n,
      0x1962d75c2381201e1a0cbd6c43c348b885c84ff731c4d59ca4a10356f453e01f78a4260763529e3532f6102c2e49a03dn,
      0x58df3306640da276faaae7d6e8eb15778c4855551ae7f310c35a5dd279cd2eca6757cd636f96f891e2538b53dbf67f2n,
      0x16b7d288798e5395f20d23bf89edb4d1d115c5dbddbcd30e123da489e726af41727364f2c28297ada8d26d98445f5416n,
      0xbe0e079545f43e4b00cc912f8228ddcc6d19c9f0f69bbb0542eda0fc9dec916a20b15dc0fd2ededda39142311a5001dn,
      0x8d9e5297186db2d9fb266eaac783182b70152c65550d881c5ecd87b6f0f5a6449f38db9dfa9cce202c6477faaf9b7acn,
      0x166007c08a99db2fc3ba8734ace9824b5eecfdfa8d0cf8ef5dd365bc400a0051d5fa9c01a58b1fb93d1a1399126a775cn,
      0x16a3ef08be3ea7ea03bcddfabba6ff6ee5a4375efa1f4fd7feb34fd206357132b920f5b00801dee460ee415a15812ed9n,
      0x1866c8ed336c61231a1be54fd1d74cc4f9fb0ce4c6af5920abc5750c4bf39b4852cfe2f7bb9248836b233d9d55535d4an,
      0x167a55cda70a6e1cea820597d94a84903216f763e13d87bb5308592e7ea7d4fbc7385ea3d529b35e346ef48bb8913f55n,
      0x4d2f259eea405bd48f010a01ad2911d9c6dd039bb61a6290e591b36e636a5c871a5c29f4f83060400f8b49cba8f6aa8n,
      0xaccbb67481d033ff5852c1e48c50c477f94ff8aefce42d28c0f9a88cea7913516f968986f7ebbea9684b529e2561092n,
      0xad6b9514c767fe3c3613144b45f1496543346d98adf02267d5ceef9a00d9b8693000763e3b90ac11e99b138573345ccn,
      0x2660400eb2e4f3b628bdd0d53cd76f2bf565b94e72927c1cb748df27942480e420517bd8714cc80d1fadc1326ed06f7n,
      0xe0fa1d816ddc03e6b24255e0d7819c171c40f65e273b853324efcd6356caa205ca2f570f13497804415473a1d634b8fn,
      0x1n,
    ],
  ];

  const mod = (a) => ((a %= P) < 0n ? a + P : a);

  function power(base, exponent) {
    let result = 1n;
    for (base = mod(base); exponent > 0n; exponent >>= 1n) {
      if (exponent & 1n) result = (result * base) % P;
      base = (base * base) % P;
    }
    return result;
  }

  function inverse(a) {
    let [low, high, x, y] = [mod(a), P, 1n, 0n];
    while (low > 1n) {
      const q = high / low;
      [low, high, x, y] = [high - q * low, low, y - q * x, x];
    }
    return mod(x);
  }

  /** A square root, or null. */
  function squareRoot(a) {
    const y = power(a, (P + 1n) / 4n);
    return (y * y - a) % P === 0n ? y : null;
  }

  const plus2 = ([a, b], [c, d]) => [mod(a + c), mod(b + d)];
  const minus2 = ([a, b], [c, d]) => [mod(a - c), mod(b - d)];
  const times2 = ([a, b], [c, d]) => [mod(a * c - b * d), mod(a * d + b * c)];
  const scale2 = ([a, b], s) => [mod(a * s), mod(b * s)];
  const negative2 = ([a, b]) => [mod(-a), mod(-b)];
  const byXi = ([a, b]) => [mod(a - b), mod(a + b)];
  const inverse2 = ([a, b]) => {
    const n = inverse(a * a + b * b);
    return [mod(a * n), mod(-b * n)];
  };

  function squareRoot2([a, b]) {
    const norm = squareRoot(mod(a * a + b * b));
    if (norm === null) return null;
    const half = inverse(2n);
    const re = squareRoot(mod((a + norm) * half)) ?? squareRoot(mod((a - norm) * half));
    if (!re) return null;
    return [re, mod(b * inverse(2n * re))];
  }

  // Points are [x, y] or null at infinity, in G1 over Fp and in G2 over Fp2.
  function add1(p, q) {
    if (!p || !q) return p || q;
    let slope;
    if (p[0] !== q[0]) slope = mod((q[1] - p[1]) * inverse(q[0] - p[0]));
    else if (p[1] === q[1] && p[1]) slope = mod(3n * p[0] * p[0] * inverse(2n * p[1]));
    else return null;
    const x = mod(slope * slope - p[0] - q[0]);
    return [x, mod(slope * (p[0] - x) - p[1])];
  }

  function times1(p, n) {
    let sum = null;
    for (let at = p; n > 0n; n >>= 1n, at = add1(at, at)) if (n & 1n) sum = add1(sum, at);
    return sum;
  }

  /** The x of a compressed point (one or two integers) and the sign of its y, or null where the form is not canonical. */
  function opened(bytes) {
    if (!(bytes[0] & 0x80) || bytes[0] & 0x40) return null;
    const first = Uint8Array.from(bytes);
    first[0] &= 0x1f;
    const x = [];
    for (let at = 0; at < first.length; at += 48) x.unshift(toInteger(first.subarray(at, at + 48)));
    return x.every((part) => part < P) ? { x, greater: Boolean(bytes[0] & 0x20) } : null;
  }

  function pointOfG1(bytes) {
    const { x: [x], greater } = opened(bytes) || { x: [] };
    if (x === undefined) return null;
    const y = squareRoot(mod(x * x * x + 4n));
    if (y === null) return null;
    return [x, y > P - y === greater ? y : mod(-y)];
  }

  function pointOfG2(bytes) {
    const { x, greater } = opened(bytes);
    const y = squareRoot2(plus2(times2(times2(x, x), x), [4n, 4n]));
    const minus = negative2(y);
    const isGreater = y[1] !== minus[1] ? y[1] > minus[1] : y[0] > minus[0];
    return [x, isGreater === greater ? y : minus];
  }

  function expanded(message, length) {
    const dst = joined([utf8(DST), Uint8Array.of(DST.length)]);
    const first = sha256(joined([new Uint8Array(64), message, Uint8Array.of(length >> 8, length & 255, 0), dst]));
    const blocks = [sha256(joined([first, Uint8Array.of(1), dst]))];
    while (blocks.length * 32 < length) {
      const before = blocks[blocks.length - 1];
      blocks.push(sha256(joined([first.map((byte, i) => byte ^ before[i]), Uint8Array.of(blocks.length + 1), dst])));
    }
    return joined(blocks);
  }

  function mapped(u) {
    const zu = mod(11n * u * u);
    const tv = mod(zu * zu + zu);
    const curve = (x) => mod(x * x * x + ISO_A * x + ISO_B);
    let x = tv ? mod(-ISO_B * inverse(ISO_A) * (1n + inverse(tv))) : mod(ISO_B * inverse(11n * ISO_A));
    let y = squareRoot(curve(x));
    if (y === null) {
      x = mod(zu * x);
      y = squareRoot(curve(x));
    }
    if ((u & 1n) !== (y & 1n)) y = mod(-y);
    const [xn, xd, yn, yd] = ISOGENY.map((terms) => terms.reduceRight((sum, term) => mod(sum * x + term), 0n));
    return [mod(xn * inverse(xd)), mod(y * yn * inverse(yd))];
  }

  function hashToG1(message) {
    const bytes = expanded(message, 128);
    const points = [0, 64].map((at) => mapped(mod(toInteger(bytes.subarray(at, at + 64)))));
    return times1(add1(...points), Z_OF_CURVE + 1n);
  }

  function times12(f, g) {
    const sum = new Array(24).fill(0n); // coefficients of w⁰ … w¹¹, each of Fp2, reduced once at the end
    for (let i = 0; i < 12; i += 2) {
      for (let j = 0; j < 12; j += 2) {
        sum[i + j] += f[i] * g[j] - f[i + 1] * g[j + 1];
        sum[i + j + 1] += f[i] * g[j + 1] + f[i + 1] * g[j];
      }
    }
    const out = [];
    for (let i = 0; i < 12; i += 2) out.push(mod(sum[i] + sum[i + 12] - sum[i + 13]), mod(sum[i + 1] + sum[i + 12] + sum[i + 13]));
    return out;
  }

  const coefficient = (f, i) => [f[2 * i], f[2 * i + 1]];
  const conjugate = (f) => f.map((a, i) => ((i >> 1) % 2 ? mod(-a) : a)); // w → −w, which is f to the power p⁶

  function inverse12(f) {
    const turned = conjugate(f);
    const norm = times12(f, turned); // in Fp6: only even powers of w
    const [a, b, c] = [0, 2, 4].map((i) => coefficient(norm, i));
    const A = minus2(times2(a, a), byXi(times2(b, c)));
    const B = minus2(byXi(times2(c, c)), times2(a, b));
    const C = minus2(times2(b, b), times2(a, c));
    const t = inverse2(plus2(times2(a, A), byXi(plus2(times2(c, B), times2(b, C)))));
    const zero = [0n, 0n];
    return times12(turned, [A, zero, B, zero, C, zero].flatMap((x, i) => (i % 2 ? x : times2(x, t))));
  }

  /** Multiplies Miller's function of (Q in G2, p in G1) onto f; lines are scaled by w³, which the last power removes. */
  function miller(Q, p) {
    const [px, py] = p;
    let f = [1n, ...new Array(11).fill(0n)];
    let at = Q;
    const step = (next, slope) => {
      const [l0, l2] = [minus2(times2(slope, at[0]), at[1]), scale2(slope, -px)];
      f = times12(f, [...l0, 0n, 0n, ...l2, py, 0n, 0n, 0n, 0n, 0n]);
      const x = minus2(minus2(times2(slope, slope), at[0]), next[0]);
      at = [x, minus2(times2(slope, minus2(at[0], x)), at[1])];
    };
    for (const bit of Z_OF_CURVE.toString(2).slice(1)) {
      f = times12(f, f);
      step(at, times2(scale2(times2(at[0], at[0]), 3n), inverse2(scale2(at[1], 2n))));
      if (bit === "1") step(Q, times2(minus2(Q[1], at[1]), inverse2(minus2(Q[0], at[0]))));
    }
    return f;
  }

  /** Whether f to the power (p¹² − 1)/r is one. */
  function isUnitAtLast(f) {
    let g = times12(conjugate(f), inverse12(f));
    const turn = power(2n, (P - 1n) / 6n); // w to the power p² − 1
    g = times12(g, g.map((a, i) => mod(a * power(turn, big(i >> 1)))));
    let result = [1n, ...new Array(11).fill(0n)];
    for (const bit of ((P ** 4n - P ** 2n + 1n) / R).toString(2)) {
      result = times12(result, result);
      if (bit === "1") result = times12(result, g);
    }
    return result.every((a, i) => a === (i ? 0n : 1n));
  }

  let generator = null;

  function generatorOfG2() {
    generator = generator || pointOfG2(fromHex(
      "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e" +
      "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"));
    return generator;
  }

  const checked = new Map();

  /** null if the signature of a round is canonical, in the subgroup and the chain's; else what is wrong with it, zh and en. */
  function wrongSignature(chain, round, signature) {
    const key = `${chain.name} ${round} ${signature}`;
    if (!checked.has(key)) checked.set(key, faultOfSignature(chain, round, signature));
    return checked.get(key);
  }

  function faultOfSignature(chain, round, signature) {
    const point = pointOfG1(fromHex(signature));
    if (!point) return ["不是规范的曲线点", "not a canonical point of the curve"];
    if (times1(point, R) !== null) return ["不在素数阶子群", "not in the subgroup of prime order"];
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, big(round));
    const message = hashToG1(sha256(bytes));
    const minus = [message[0], mod(-message[1])];
    const both = times12(miller(generatorOfG2(), point), miller(pointOfG2(fromHex(chain.key)), minus));
    return isUnitAtLast(both) ? null : ["不是该轮的签名", "not the signature of this round"];
  }

  // ---- verdicts: §9 ---------------------------------------------------------------------------------------------------------------
  const CODES = (
    "P-JSON P-BYTES P-DUPLICATE P-NUMBER P-TEXT P-KEY P-SHAPE P-SUITE P-LIMIT G-CHAIN G-GAPS C-DIGEST C-ONE C-TIMES C-ROLES " +
    "C-PLAN C-REUSE E-LINK E-CLOSING E-DIGEST E-WITNESS E-WITNESSED E-SECRET E-ESCROW E-ATTEMPT E-SOURCE E-BITS E-BLS F-ORDER " +
    "F-ROWS F-ROOT F-COUNT F-AVOID F-CARRIED F-PARTS S-SIZE S-WEIGHT S-NARROW S-DRAWN S-RESERVE S-CUT S-ROOT S-RESULT S-ATTEST " +
    "I-ROOT I-ROWS A-TEAM A-EQUAL A-SHORT A-PROOF A-CHOICE L-CHAIN L-KIND L-REASON L-REPLACE L-EXTEND L-STEP L-LATE " +
    "X-COMMITMENT X-HEAD X-TIME X-BEACON X-SNAPSHOT"
  ).split(" ");
  const LANGUAGE_CODES = CODES.slice(0, 9);
  const GRAVITY = { PASS: 0, UNSEEN: 1, WEAK: 2, FAIL: 3 };

  /** What each check found. A code that no check has reached is UNSEEN; of several findings the gravest stays. */
  class Report {
    constructor() {
      this.found = new Map();
    }

    note(code, verdict, zh, en) {
      const before = this.found.get(code);
      if (!before || GRAVITY[verdict] > GRAVITY[before.verdict]) this.found.set(code, { verdict, zh, en });
    }

    pass(...codes) {
      for (const code of codes) this.note(code, "PASS", "", "");
    }

    fail(code, zh, en) {
      this.note(code, "FAIL", zh, en);
    }

    weak(code, zh, en) {
      this.note(code, "WEAK", zh, en);
    }

    unseen(code, zh = "文件没有提供所需的内容", en = "the file does not show what this needs") {
      this.note(code, "UNSEEN", zh, en);
    }

    /** Says why a check holds, if it does and nothing was said of it. */
    tell(code, zh, en) {
      if (this.is(code, "PASS") && !this.found.get(code).zh) this.found.set(code, { verdict: "PASS", zh, en });
    }

    /** Notes a failure unless `holds`. */
    demand(holds, code, zh, en) {
      if (!holds) this.fail(code, zh, en);
      return Boolean(holds);
    }

    failed(code) {
      return this.found.has(code) && this.found.get(code).verdict === "FAIL";
    }

    is(code, verdict) {
      return this.found.has(code) && this.found.get(code).verdict === verdict;
    }

    told(lang) {
      return CODES.map((code) => {
        const { verdict, zh, en } = this.found.get(code) || {
          verdict: "UNSEEN", zh: "未检查：文件在此之前已被拒绝，或没有所需内容", en: "not checked: the file was refused before, or lacks what this needs",
        };
        return { code, verdict, said: lang === "en" ? en : zh };
      });
    }
  }

  const sameValue = (a, b) => canonical(a) === canonical(b);
  /** Texts in the order of their characters, which is that of their bytes in UTF-8; units of UTF-16 order otherwise. */
  function byCharacter(a, b) {
    let i = 0;
    while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
    if (i === a.length || i === b.length) return a.length - b.length;
    const high = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? 0x10000 : 0) + unit; // halves of what lies beyond U+FFFF
    return high(a.charCodeAt(i)) - high(b.charCodeAt(i));
  }

  const ascending = (list) => list.every((item, i) => !i || byCharacter(list[i - 1], item) < 0);
  const codesAscend = (codes) => {
    for (let i = 1; i < codes.length; i++) if (byText(codes[i - 1], codes[i]) >= 0) return false;
    return true;
  };
  const isMasked = (row) => typeof row === "string";
  const allShown = (rows) => !rows.some(isMasked);

  // ---- the register: G, C, and what E and S find registered ---------------------------------------------------------------------------
  function checkRegister(report, { register, commitment }) {
    report.pass("G-CHAIN", "G-GAPS");
    report.demand(register.length, "G-CHAIN", "登记簿为空", "the register is empty");
    register.forEach((entry, i) => {
      const before = register[i - 1];
      const prev = before ? digest(before) : entry.n === 1 ? ZEROS : entry.prev;
      report.demand(entry.prev === prev && (entry.n === 1) === (entry.prev === ZEROS), "G-CHAIN", `第 ${entry.n} 条不接前一条`, `entry ${entry.n} does not name the one before`);
      report.demand(entry.authority === commitment.authority, "G-CHAIN", `第 ${entry.n} 条属另一部门`, `entry ${entry.n} is another authority's`);
      report.demand(!before || entry.n === before.n + 1, "G-GAPS", `第 ${entry.n} 条之前有缺号`, `numbers are missing before entry ${entry.n}`);
    });
  }

  const entriesOf = (register, kind, draw) => register.filter((entry) => entry.kind === kind && entry.draw === draw);

  /** The one entry of a kind for this draw, with the digest it must have; else the code fails. */
  function registeredOnce(report, code, { register, commitment }, kind, doc) {
    const entries = entriesOf(register, kind, commitment.draw);
    report.pass(code);
    const once = report.demand(entries.length === 1, code, `${kind} 登记了 ${entries.length} 次`, `${kind} is registered ${entries.length} times`);
    if (once) report.demand(entries[0].digest === digest(doc), code, `登记的 ${kind} 摘要不同`, `the ${kind} registered has another digest`);
    return once ? entries[0] : null;
  }

  /** Whether the extract of the register begins at this draw's plan, at the latest. */
  function beginsEarly({ register, commitment }) {
    return register.length > 0 && (register[0].n === 1 || register.some((e) => e.kind === "plan" && e.digest === commitment.plan_digest));
  }

  function checkOne(report, { register, commitment }, previous) {
    const { draw, task, replaces } = commitment;
    report.pass("C-ONE");
    const early = beginsEarly({ register, commitment });
    if (!early) report.unseen("C-ONE", "登记簿摘录开始得晚于计划", "the extract of the register begins after the plan");
    for (const entry of register) {
      const ours = entry.draw !== draw || entry.task === task;
      report.demand(ours, "C-ONE", `第 ${entry.n} 条写的是另一任务`, `entry ${entry.n} names another task`);
    }
    report.demand(!entriesOf(register, "void", draw).length, "C-ONE", "本次抽取已作废", "this draw is void");
    const own = entriesOf(register, "commitment", draw).map((e) => e.n);
    const others = register.filter((e) => e.kind === "commitment" && e.task === task && e.draw !== draw);
    for (const other of others) checkVoid(report, register, other, own.filter((n) => n > other.n), previous);
    const before = others.filter((e) => own.some((n) => n > e.n)).pop();
    if (before || early) {
      const should = before ? before.draw : "";
      report.demand(replaces === should, "C-ONE", `所取代的应为“${should}”`, `it must say that it replaces “${should}”`);
    }
  }

  /** Another commitment of the task is void by one entry of two persons, in time and for a lawful reason. */
  function checkVoid(report, register, other, later, previous) {
    const { draw } = other;
    const entries = entriesOf(register, "void", draw);
    if (!report.demand(entries.length === 1, "C-ONE", `同一任务的 ${draw} 作废了 ${entries.length} 次`, `${draw}, of the same task, is void ${entries.length} times`)) return;
    const [entry] = entries;
    const inTime = other.n < entry.n && later.every((n) => entry.n < n);
    report.demand(inTime, "C-ONE", `${draw} 作废的次序`, `${draw} was not made void in its time`);
    report.demand(entry.digest === other.digest, "C-ONE", `${draw} 作废的是另一承诺`, `another commitment than that of ${draw} was made void`);
    const twoPersons = entry.approved_by !== "" && entry.approved_by !== entry.by;
    report.demand(twoPersons, "C-ONE", `${draw} 由一人作废`, `${draw} was made void by one person`);
    if (REASONS_VOID.includes(entry.reason)) return;
    if (previous && previous.commitment.draw === draw) {
      const early = entry.at < previous.commitment.attempts[0].instant;
      report.demand(early, "C-ONE", `${draw} 抽取时刻后作废，理由“${shown(entry.reason)}”`, `${draw} was made void after its instant for “${shown(entry.reason)}”`);
    } else report.unseen("C-ONE", `${draw} 的抽取时刻需由 --previous 得知`, `the instant of ${draw} is told by --previous`);
  }

  const LEAD_TO_CLOSE = 3600;
  const LEAD_TO_INSTANT = 600;

  function checkTimes(report, { register, commitment: D, closing: C, entropy: N }) {
    const first = (kind) => entriesOf(register, kind, D.draw)[0] || {};
    const at = (kind) => first(kind).at;
    const instant = D.attempts[0].instant;
    const used = (D.attempts[N.attempt - 1] || {}).instant;
    report.pass("C-TIMES");
    const order = (earlier, later, zh, en, lead = 0) => {
      if (earlier === undefined || later === undefined) return;
      report.demand(earlier + lead <= later, "C-TIMES", `${zh}：${earlier}、${later}，至少相隔 ${lead} 秒`, `${en}: ${earlier}, ${later}, at least ${lead} s apart`);
    };
    for (const [i, entry] of register.entries()) if (i) order(register[i - 1].at, entry.at, "登记时间倒退", "the register goes back in time");
    const places = ["commitment", "closing", "entropy", "result"].map((kind) => first(kind).n).filter((n) => n !== undefined);
    for (const [i, n] of places.entries()) if (i) order(places[i - 1], n, "各步登记的次序", "the order in which the steps are registered", 1);
    order(D.frozen_at, at("commitment"), "冻结、登记承诺", "freeze, commitment registered");
    order(at("commitment"), D.close_at, "登记承诺、计划的封闭时间", "commitment registered, time of closing", LEAD_TO_CLOSE);
    order(D.close_at, C.closed_at, "计划与实际的封闭时间", "time of closing, closed");
    order(C.closed_at, at("closing"), "封闭、登记封闭", "closed, closing registered");
    order(at("closing"), instant, "登记封闭、公开随机值时刻", "closing registered, instant", LEAD_TO_INSTANT);
    D.attempts.forEach((attempt, i) => {
      order(attempt.instant, attempt.deadline, `第 ${i + 1} 次的时刻、期限`, `instant and deadline of attempt ${i + 1}`);
      if (i) order(D.attempts[i - 1].deadline, attempt.instant, `第 ${i} 次的期限、下一次的时刻`, `deadline of attempt ${i}, instant of the next`);
    });
    for (const part of D.parts) order(part.snapshot.taken_at, D.frozen_at, "名录时点、冻结", "source list taken, freeze");
    order(used, at("entropy"), "公开随机值时刻、登记", "instant, entropy registered");
    for (const entered of N.entered) order(used, entered.at, "公开随机值时刻、录入", "instant, entered");
    for (const entered of N.entered) order(entered.at, at("entropy"), "录入、登记", "entered, registered");
    order(D.attempts[D.attempts.length - 1].deadline, D.result_by, "最后期限、结果期限", "last deadline, result due");
    order(D.result_by, D.publish_by, "结果期限、公开期限", "result due, opening due");
  }

  function checkRoles(report, { commitment: D, entropy: N }) {
    report.pass("C-ROLES");
    report.demand(D.prepared_by !== D.approved_by, "C-ROLES", `${D.prepared_by} 自编自批`, `${D.prepared_by} prepared and approved it`);
    for (const part of D.parts) {
      report.demand(part.approved_by !== D.prepared_by, "C-ROLES", `${part.part} 由编制人批准`, `${part.part} is approved by who prepared it`);
      const own = part.authority === D.authority || part.approved_by !== D.approved_by;
      report.demand(own, "C-ROLES", `${part.part} 由牵头部门代批`, `${part.part} is approved by the lead's approver`);
    }
    if (N.values.some((value) => value.kind !== "drand")) {
      report.demand(new Set(N.entered.map((e) => e.by)).size >= 2, "C-ROLES", "公布的数须由两人录入", "announced numbers are entered by two persons");
    }
  }

  const sourceName = (source) => (source.kind === "drand" ? source.chain : source.name);

  function checkPlan(report, { register, plan, commitment: D }) {
    report.pass("C-PLAN");
    const wrong = (holds, zh, en) => report.demand(holds, "C-PLAN", zh, en);
    const registered = register.find((e) => e.kind === "plan" && e.digest === D.plan_digest);
    if (registered) wrong(registered.at <= D.frozen_at, "计划登记在冻结之后", "the plan was registered after the freeze");
    else if (beginsEarly({ register, commitment: D })) wrong(false, "计划没有登记", "the plan is not registered");
    else report.unseen("C-PLAN", "摘录中没有计划的登记", "the plan's entry is not in the extract");
    if (isNothing(plan)) return report.unseen("C-PLAN", "文件中没有计划", "the plan is not in the file");
    if (!wrong(digest(plan) === D.plan_digest, "计划的摘要不同", "the plan has another digest")) return undefined;
    wrong(plan.authority === D.authority && plan.plan === D.plan, "是另一计划", "it is another plan");
    const tasks = plan.tasks.filter((one) => one.task === D.task);
    if (!wrong(tasks.length === 1, "计划中没有该任务，或不止一个", "the plan has no such task, or more than one")) return undefined;
    const [task] = tasks;
    for (const { part, snapshot } of D.parts) {
      const within = task.cutoff[0] <= snapshot.taken_at && snapshot.taken_at <= task.cutoff[1];
      wrong(within, `${part} 的名录时点不在计划之内`, `the list of ${part} is not of the plan's cut-off`);
    }
    const ratios = D.parts.flatMap(({ part, strata }) => strata.map((s) => [part, s.stratum, s.ratio])).filter(([, stratum]) => stratum !== "carried");
    const sorted = (list) => list.map(canonical).sort();
    wrong(sameValue(sorted(ratios), sorted(task.ratios)), "各层比例与计划不同", "the ratios of the strata are not the plan's");
    for (const source of D.attempts.flatMap((a) => a.sources)) {
      wrong(task.sources.some(([kind, name]) => kind === source.kind && name === sourceName(source)), "来源不在计划之内", "a source is not the plan's");
    }
    return undefined;
  }

  function checkReuse(report, file, previous) {
    const { commitment: D } = file;
    const hidden = (doc) => [...doc.secret, ...doc.witnesses].map((one) => one.commitment);
    report.pass("C-REUSE");
    if (!beginsEarly(file)) report.unseen("C-REUSE", "登记簿摘录开始得晚于计划", "the extract of the register begins after the plan");
    const numbers = file.register.filter((e) => e.kind === "commitment").map((e) => e.draw);
    report.demand(new Set(numbers).size === numbers.length, "C-REUSE", "有编号用了两次", "a number is used twice");
    const seen = new Set(previous ? hidden(previous.commitment) : []);
    for (const commitment of hidden(D)) {
      report.demand(!seen.has(commitment), "C-REUSE", "秘密值或见证值的承诺曾用过", "the commitment of a secret or a witness was used before");
      seen.add(commitment);
    }
  }

  // ---- chance: E -------------------------------------------------------------------------------------------------------------------
  function checkLinks(report, { commitment: D, closing: C, entropy: N, result: R }) {
    report.pass("E-LINK");
    const link = (holds, zh, en) => report.demand(holds, "E-LINK", zh, en);
    for (const doc of [C, N, R]) if (!isNothing(doc)) link(doc.draw === D.draw, `${doc.type} 属另一抽取`, `${doc.type} is of another draw`);
    link(C.commitment === digest(D), "封闭不指向本承诺", "the closing does not name this commitment");
    if (!isNothing(N)) link(N.closing === digest(C), "随机值不指向本封闭", "the entropy does not name this closing");
    if (!isNothing(R)) link(R.entropy === digest(N), "结果不指向本随机值", "the result does not name this entropy");
  }

  const insideOf = (D) => new Set([D.authority, ...D.parts.flatMap((part) => [part.authority, ...part.authorities])]);

  function checkWitnesses(report, { commitment: D, closing: C }) {
    const inside = insideOf(D);
    report.pass("E-WITNESS", "E-WITNESSED");
    const told = [...C.reveals.map((r) => r.witness), ...C.missing].sort(byText);
    report.demand(sameValue(told, D.witnesses.map((w) => w.id).sort(byText)), "E-WITNESS", "公布与缺席合起来不是全部见证人", "reveals and missing are not exactly the witnesses");
    report.demand(new Set(D.witnesses.map((w) => w.id)).size === D.witnesses.length, "E-WITNESS", "见证人重复", "a witness stands twice");
    const outside = new Set();
    for (const { witness, value } of C.reveals) {
      const committed = D.witnesses.find((w) => w.id === witness);
      if (!committed) continue;
      const opens = toHex(H("witness", D.draw, witness, fromHex(value))) === committed.commitment;
      report.demand(opens, "E-WITNESS", `${witness} 的值与承诺不符`, `the value of ${witness} does not open the commitment`);
      if (!inside.has(committed.organisation)) outside.add(committed.organisation);
    }
    report.demand(C.reveals.length >= D.witness_min, "E-WITNESS", `只有 ${C.reveals.length} 名见证人公布`, `only ${C.reveals.length} witnesses revealed`);
    const needed = D.attempts.some((a) => a.sources.some((s) => s.kind !== "drand")) ? 2 : 1;
    if (outside.size < needed) report.weak("E-WITNESSED", `外部见证人不足 ${needed} 名`, `fewer than ${needed} witnesses of other organisations`);
  }

  function checkSecret(report, { type, commitment: D, entropy: N, secret, view }) {
    const [kept] = D.secret;
    report.pass("E-ESCROW");
    const inside = insideOf(D);
    if (kept && kept.custodians.every((c) => inside.has(c.organisation))) {
      report.weak("E-ESCROW", "没有外部保管人", "no custodian of another organisation");
    }
    if (isNothing(N)) return report.unseen("E-SECRET", "秘密值尚未公开", "the secret is not open");
    const used = D.attempts[N.attempt - 1];
    if (!used) return report.unseen("E-SECRET", "没有承诺这一次", "no such attempt is committed");
    report.pass("E-SECRET");
    if (!used.secret) return report.demand(secret === "", "E-SECRET", "本次不用秘密值", "this attempt uses no secret");
    if (secret) return report.demand(opensSecret(D, secret), "E-SECRET", "秘密值与承诺不符", "the secret does not open its commitment");
    if (type === "transcript" && (view === "full" || D.rows === "open")) return report.fail("E-SECRET", "秘密值没有公开", "the secret is withheld");
    return report.unseen("E-SECRET", "秘密值尚未公开", "the secret is not open");
  }

  const opensSecret = (D, secret) => toHex(H("secret", D.draw, D.secret[0].holder, fromHex(secret))) === D.secret[0].commitment;

  function checkAttempt(report, { commitment: D, entropy: N }, primaries) {
    report.pass("E-ATTEMPT");
    const wrong = (holds, zh, en) => report.demand(holds, "E-ATTEMPT", zh, en);
    if (!wrong(N.attempt <= D.attempts.length, "没有承诺这一次", "no such attempt is committed")) return;
    const expected = D.attempts.slice(1, N.attempt).map((attempt, i) => [i + 1, attempt.when]);
    wrong(sameValue(N.failed.map((f) => [f.attempt, f.reason]), expected), "后备尝试没有跟在相应的失败之后", "the attempt does not follow the failures it names");
    wrong(N.failed.every((f) => f.evidence !== ZEROS), "失败没有证据", "a failure has no evidence");
    if (N.attempt > 1) report.weak("E-ATTEMPT", "用了后备尝试", "a fallback was taken");
    for (const { attempt, reason } of N.failed) {
      if (reason !== "source_absent" || !D.attempts[attempt - 1]) continue;
      for (const source of D.attempts[attempt - 1].sources) {
        const chain = source.kind === "drand" && Object.hasOwn(CHAINS, source.chain) && CHAINS[source.chain];
        const refuted = chain && primaries.some((p) => p.round === source.round && !wrongSignature(chain, p.round, p.signature));
        wrong(!refuted, `第 ${source.round} 轮的值存在，后备尝试不成立`, `the value of round ${source.round} exists: the fallback is refuted`);
      }
    }
  }

  const bitLength = (n) => n.toString(2).length - 1; // ⌊log2 n⌋ of a positive integer

  function bitsOf({ kind, count, range, sorted }) {
    if (kind === "drand") return 128;
    const choices = big(range[1]) - big(range[0]) + 1n;
    if (count > 100 || choices < 1n) return 0;
    if (kind === "index") return count === 1 ? Math.min(8, bitLength(choices)) : 0;
    if (kind === "digits") return sorted ? 0 : bitLength(choices ** big(count));
    let ways = 1n;
    for (let i = 0n; i < big(count); i++) ways = (ways * (choices - i)) / (i + 1n);
    return ways > 0n ? bitLength(ways) : 0;
  }

  function answers(source, value) {
    if (source.kind !== value.kind || sourceName(source) !== sourceName(value)) return false;
    if (source.kind === "drand") return source.round === value.round;
    const { values } = value;
    const inRange = values.every((n) => n >= source.range[0] && n <= source.range[1]);
    const inOrder = !source.sorted || values.every((n, i) => !i || values[i - 1] <= n);
    const apart = source.kind !== "balls" || new Set(values).size === values.length;
    return values.length === source.count && inRange && inOrder && apart;
  }

  /** The bits of an attempt: an announcement that is named twice counts once, as the least that it is called. */
  function bitsOnce(sources) {
    const least = new Map();
    for (const source of sources) {
      const name = canonical(source.kind === "drand" ? [source.chain, source.round] : [source.name, source.day]);
      least.set(name, Math.min(bitsOf(source), least.get(name) ?? 128));
    }
    return [...least.values()].reduce((sum, bits) => sum + bits, 0);
  }

  /** The day of a second in Chinese time, UTC+8. */
  function dayThere(instant) {
    const day = new Date(Math.min(instant + 8 * 3600, 253402300799) * 1000);
    return day.toISOString().slice(0, 10);
  }

  function checkSources(report, { commitment: D, entropy: N }) {
    report.pass("E-SOURCE", "E-BITS", "E-BLS");
    for (const [i, one] of D.attempts.entries()) {
      for (const source of one.sources) {
        if (source.kind === "drand") {
          const chain = Object.hasOwn(CHAINS, source.chain) ? CHAINS[source.chain] : null;
          if (!report.demand(chain, "E-SOURCE", "不认识该信标链", "an unknown chain")) continue;
          const instant = big(chain.genesis) + (big(source.round) - 1n) * big(chain.period);
          report.demand(instant === big(one.instant), "E-SOURCE", `第 ${i + 1} 次的时刻不是第 ${source.round} 轮的时刻`, `the instant of attempt ${i + 1} is not that of round ${source.round}`);
        } else {
          report.demand(source.day >= dayThere(one.instant), "E-SOURCE", `${source.name} 在第 ${i + 1} 次的时刻之前已公布`, `${source.name} was announced before the instant of attempt ${i + 1}`);
        }
      }
      const bits = bitsOnce(one.sources);
      report.demand(bits >= 64, "E-BITS", `第 ${i + 1} 次只有 ${bits} 比特`, `attempt ${i + 1} has ${bits} bits only`);
    }
    const attempt = D.attempts[N.attempt - 1];
    if (!attempt) report.unseen("E-SOURCE", "没有承诺这一次", "no such attempt is committed");
    else {
      const same = attempt.sources.length === N.values.length && attempt.sources.every((source, i) => answers(source, N.values[i]));
      report.demand(same, "E-SOURCE", "值与承诺的来源不符", "the values do not answer the committed sources");
    }
    const entered = N.entered.every((e) => sameValue(e.values, N.values));
    report.demand(entered, "E-SOURCE", "两次录入不一致", "the entries differ");
    for (const value of N.values.filter((one) => one.kind === "drand")) {
      const chain = Object.hasOwn(CHAINS, value.chain) ? CHAINS[value.chain] : null;
      const wrong = chain ? wrongSignature(chain, value.round, value.signature) : ["不认识该信标链", "an unknown chain"];
      if (wrong) report.fail("E-BLS", `第 ${value.round} 轮：${wrong[0]}`, `round ${value.round}: ${wrong[1]}`);
    }
  }

  /** The seed, or null where the secret it needs is not in the file or does not open. */
  function seedOf({ commitment: D, closing: C, entropy: N, secret }) {
    const attempt = isNothing(N) ? null : D.attempts[N.attempt - 1];
    if (!attempt || (attempt.secret && !(secret && opensSecret(D, secret)))) return null;
    const e = H("entropy", canonicalBytes(N.values));
    return H("seed", fromHex(digest(C)), attempt.secret ? fromHex(secret) : EMPTY, e, fourBytes(N.attempt));
  }

  // ---- the rows of a part: F, I ------------------------------------------------------------------------------------------------------
  /** The salts of a part: those of the file's salt_key, or null where it is not open. */
  function saltsOf(saltKey, id) {
    if (!saltKey) return null;
    const key = H("key", fromHex(saltKey), "salt", id);
    const salt = ticketer(key, "salt");
    const named = new Map();
    return {
      entity: salt, // 16 bytes of its frame row, then 16 of its avoidance row
      of: (tree, x) => {
        if (!named.has(tree)) named.set(tree, ticketer(key, tree));
        return toHex(named.get(tree)(x)).slice(0, 32);
      },
    };
  }

  /** Leaf hashes of one of the lists of a part; `saltFor` gives the salt of a row where the view leaves it out. */
  function leavesOf(tree, id, rows, saltFor) {
    return rows.map((row) => (isMasked(row) ? fromHex(row) : leafHash([tree, id, ...row, ...(saltFor ? [saltFor(row)] : [])])));
  }

  /** One part of a transcript with what it commits to: p (file), c (commitment), r (result), salts (null in view public). */
  function partsOf(file) {
    const { commitment: D, result: R, parts } = file;
    const full = file.view === "full";
    return D.parts.map((c, i) => ({ c, p: parts[i], r: R.parts[i], id: c.part, salts: full ? saltsOf(file.salt_key, c.part) : null }));
  }

  function checkParts(report, { commitment: D, result: R, parts }) {
    report.pass("F-PARTS");
    const ids = D.parts.map((part) => part.part);
    for (const [zh, en, list] of [["文件", "the file", parts], ["结果", "the result", R.parts]]) {
      report.demand(sameValue(list.map((part) => part.part), ids), "F-PARTS", `${zh}的各部分与承诺不同`, `the parts of ${en} are not the commitment's`);
    }
    return !report.failed("F-PARTS");
  }

  function checkFrame(report, { c, p, id, salts }) {
    report.pass("F-ROOT", "F-ROWS", "F-COUNT");
    const { frame } = p;
    const visible = frame.filter((row) => !isMasked(row));
    if (visible.length < frame.length) for (const code of ["F-ROWS", "F-COUNT"]) report.unseen(code, "有行被遮盖", "rows are masked");
    checkOrder(report, p, id);
    for (const row of visible) checkRow(report, c, row);
    if (visible.length === frame.length) checkCounts(report, c, frame);
    const told = [...c.strata.map((s) => s.size), ...c.frame.out.map(([, n]) => n)].reduce((sum, n) => sum + n, 0);
    report.demand(told === c.frame.size, "F-COUNT", `${id}：各层与除外共 ${told}，抽样框 ${c.frame.size} 行`, `${id}: ${told} in strata and out, ${c.frame.size} rows`);
    report.demand(c.snapshot.count === c.frame.size, "F-COUNT", `${id}：名录 ${c.snapshot.count} 个，抽样框 ${c.frame.size} 行`, `${id}: ${c.snapshot.count} in the list, ${c.frame.size} rows`);
    report.demand(frame.length === c.frame.size, "F-ROOT", `${id} 有 ${frame.length} 行`, `${id} has ${frame.length} rows`);
    const avoid = avoidance(report, { p, id, salts });
    const leaves = frame.map((row, i) => {
      if (isMasked(row)) return fromHex(row);
      if (!salts) return leafHash(["frame", id, ...row]);
      return leafHash(["frame", id, ...row, avoid[i].hash, avoid[i].salt]);
    });
    report.demand(toHex(treeRoot(leaves)) === c.frame.root, "F-ROOT", `${id} 的根不同`, `the root of ${id} differs`);
  }

  /** F-ORDER: each list by code ascends, so that nobody is in it twice; of masked lists what is to be seen. */
  function checkOrder(report, p, id) {
    report.pass("F-ORDER");
    for (const name of ["frame", "avoid", "roster", "drawn", "teams", "tickets"]) {
      const codes = p[name].filter((row) => !isMasked(row)).map((row) => row[0]);
      if (codes.length < p[name].length) report.unseen("F-ORDER", "有行被遮盖", "rows are masked");
      report.demand(codesAscend(codes), "F-ORDER", `${id} 的 ${name} 没有升序`, `${name} of ${id} does not ascend`);
    }
  }

  function checkRow(report, c, [code, , stratum, weight, state, reason, basis]) {
    const wrong = (zh, en) => report.fail("F-ROWS", `${c.part} ${code}：${zh}`, `${c.part} ${code}: ${en}`);
    if (state === "out") {
      if (stratum !== "" || !REASONS_OUT.includes(reason) || basis === "") wrong("除外的层、理由或依据", "stratum, reason or basis of an exclusion");
      return;
    }
    const table = c.strata.find((s) => s.stratum === stratum);
    if (!table) wrong(`没有层“${stratum}”`, `no stratum “${stratum}”`);
    else if (table.order === "equal" && weight !== 1) wrong("等概率层的权数应为 1", "the weight is 1 where the order is equal");
    if (reason !== "" || basis !== "") wrong("在框内而有除外理由", "in the frame with a reason for exclusion");
  }

  function checkCounts(report, c, frame) {
    const count = (rows, of) => rows.reduce((sums, row) => sums.set(of(row), (sums.get(of(row)) || 0) + 1), new Map());
    const sizes = count(frame.filter((row) => row[4] === "in"), (row) => row[2]);
    for (const s of c.strata) {
      report.demand(s.size === (sizes.get(s.stratum) || 0), "F-COUNT", `${c.part} ${s.stratum} 层的大小`, `the size of ${c.part} ${s.stratum}`);
    }
    const out = count(frame.filter((row) => row[4] === "out"), (row) => row[5]);
    const same = sameValue(c.frame.out, [...out].sort((a, b) => byCharacter(a[0], b[0])));
    report.demand(same, "F-COUNT", `${c.part} 的除外计数`, `the counts of exclusions of ${c.part}`);
  }

  /** Checks the avoidance rows; gives for each row of a full frame its avoidance row's leaf hash, and its own salt. */
  function avoidance(report, { p, id, salts }) {
    report.pass("F-AVOID");
    for (const [code, recused, last] of p.avoid) {
      if (!codesAscend(recused) || !codesAscend(last)) report.fail("F-AVOID", `${id} ${code} 的名单没有升序`, `the lists of ${id} ${code} do not ascend`);
    }
    if (!salts) return openedAvoidance(report, { p, id });
    const same = p.avoid.length === p.frame.length && p.avoid.every((row, i) => row[0] === p.frame[i][0]);
    report.demand(same, "F-AVOID", `${id} 的回避行与抽样框不对应`, `the avoidance rows of ${id} are not those of the frame`);
    const known = new Map(p.avoid.map((row) => [row[0], row]));
    return p.frame.map(([code]) => {
      const [, recused, last] = known.get(code) || [code, [], []];
      const z = salts.entity(code);
      return { hash: leafHash(["avoid", id, code, recused, last, z.subarray(16)]), salt: z.subarray(0, 16) };
    });
  }

  /** In the public view the avoidance rows are those that are opened, each against the hash in its frame row. */
  function openedAvoidance(report, { p, id }) {
    const hashes = new Map(p.frame.filter((row) => !isMasked(row)).map((row) => [row[0], row[7]]));
    if (new Set(p.avoid.map((row) => row[0])).size < p.frame.length) report.unseen("F-AVOID", "有回避行没有公开", "avoidance rows are not open");
    for (const [code, recused, last, salt] of p.avoid) {
      const same = hashes.get(code) === toHex(leafHash(["avoid", id, code, recused, last, salt]));
      report.demand(same, "F-AVOID", `${id} ${code} 的回避行不符`, `the avoidance row of ${id} ${code} is not that of an open row`);
    }
    return [];
  }

  function checkRoster(report, { c, p, id, salts }) {
    report.pass("I-ROOT", "I-ROWS");
    const leaves = leavesOf("inspector", id, p.roster, salts && ((row) => salts.of("inspector", row[0])));
    const same = p.roster.length === c.roster.size && toHex(treeRoot(leaves)) === c.roster.root;
    report.demand(same, "I-ROOT", `${id} 的名录库根不同`, `the roster root of ${id} differs`);
    const visible = p.roster.filter((row) => !isMasked(row));
    if (visible.length < p.roster.length) report.unseen("I-ROWS", "有行被遮盖", "rows are masked");
    for (const [who, , skills, , , from, to] of visible) {
      report.demand(ascending(skills) && from <= to, "I-ROWS", `${id} ${who} 的技能或证件期限`, `skills or certificate of ${id} ${who}`);
    }
  }

  const BELONGS_NOT = ["closed", "deregistered", "moved"];

  function checkCarried(report, file, previous) {
    const { commitment: D, parts } = file;
    for (const s of D.parts.flatMap((part) => part.strata)) {
      if (s.stratum === "carried") report.demand(s.ratio[0] === s.ratio[1], "F-CARRIED", "carried 层须全查", "the ratio of carried must be 1");
    }
    if (previous) checkPrevious(report, file, previous);
    if (!previous || previous.type !== "transcript") return report.unseen("F-CARRIED", "需要前一次抽取的文件（--previous）", "needs the file of the draw before (--previous)");
    report.pass("F-CARRIED");
    const isVoid = D.replaces !== "" && previous.commitment.draw === D.replaces;
    report.demand(D.replaces === "" || isVoid, "F-CARRIED", `不是被取代的 ${D.replaces} 的文件`, `not the file of ${D.replaces}, which this replaces`);
    const owed = [];
    for (const part of isVoid ? previous.parts : []) {
      if (!allShown(part.drawn)) report.unseen("F-CARRIED", "前一次抽取有行被遮盖", "rows of the draw before are masked");
      for (const row of part.drawn) if (!isMasked(row)) owed.push([part.part, row[0]]);
    }
    for (const event of previous.log) {
      if (event.kind === "replace" && !BELONGS_NOT.includes(event.reason)) owed.push([event.part, event.from]);
    }
    const frames = new Map(parts.map((part) => [part.part, new Map(part.frame.filter((row) => !isMasked(row)).map((row) => [row[0], row]))]));
    const whole = new Map(parts.map((part) => [part.part, allShown(part.frame)]));
    for (const [name, code] of owed) {
      const asked = inChargeOf(D, previous, name);
      if (!asked.length) continue; // another authority's, which carries it in a draw of its own
      const rows = asked.map((part) => frames.get(part).get(code));
      if (rows.some((row) => row && (row[2] === "carried" || (row[4] === "out" && BELONGS_NOT.includes(row[5]))))) continue;
      if (rows.some((row, i) => !row && !whole.get(asked[i]))) report.unseen("F-CARRIED", "有行被遮盖", "rows are masked");
      else report.fail("F-CARRIED", `${code} 没有带入`, `${code} is not carried over`);
    }
    return undefined;
  }

  /** Where an entity of a part of the draw before is carried: in the part of this name, else in those of its authority. */
  function inChargeOf(D, previous, name) {
    const before = previous.commitment.parts.find((part) => part.part === name);
    const same = D.parts.filter((part) => part.authority === (before ? before.authority : "")).map((part) => part.part);
    return same.includes(name) ? [name] : same;
  }

  /** The file of the draw before is the one registered: its commitment, and of a transcript what the draw gave. */
  function checkPrevious(report, { register }, previous) {
    const { draw } = previous.commitment;
    const documents = [["commitment", previous.commitment], ["result", previous.result]];
    if (previous.type === "transcript") {
      documents.push(["log", previous.log.length ? previous.log[previous.log.length - 1] : {}]);
      const roots = (list) => Object.fromEntries(list);
      const told = roots(previous.result.parts.map((part) => [part.part, part.drawn_root]));
      const drawn = roots(previous.parts.map((part) => {
        const salts = previous.view === "full" ? saltsOf(previous.salt_key, part.part) : null;
        return [part.part, toHex(treeRoot(leavesOf("drawn", part.part, part.drawn, salts && ((row) => salts.of("drawn", row[0])))))];
      }));
      report.demand(sameValue(told, drawn), "F-CARRIED", "前一次抽取的抽中名单不通向其根", "the drawn of the draw before do not give their root");
    }
    for (const [kind, doc] of documents) {
      const entry = entriesOf(register, kind, draw).pop();
      if (!entry || (isNothing(doc) && kind !== "log")) continue;
      const same = entry.digest === (isNothing(doc) ? ZEROS : digest(doc));
      report.demand(same, "F-CARRIED", `前一次抽取的 ${kind} 与登记的不同`, `the ${kind} of the draw before is not the one registered`);
    }
  }

  // ---- the sample: S -------------------------------------------------------------------------------------------------------------------
  const entitiesOf = (frame, stratum) => frame.filter((row) => row[4] === "in" && row[2] === stratum).map((row) => ({ code: row[0], weight: row[3] }));

  function checkSizes(report, { c, p, id }) {
    report.pass("S-SIZE", "S-WEIGHT", "S-NARROW");
    const totals = c.apportion.method === "largest_remainder" ? sizesByLargestRemainder(c.strata, c.apportion.total) : undefined;
    if (totals === null) {
      report.fail("S-SIZE", `${id} 的总数少于层数`, `the total of ${id} is less than its strata`);
      return;
    }
    for (const s of c.strata) {
      const wrong = (what, is, should) => report.demand(big(is) === big(should), "S-SIZE", `${id} ${s.stratum} 的 ${what}：${is}，应为 ${should}`, `${what} of ${id} ${s.stratum}: ${is}, must be ${should}`);
      const draw = totals ? totals.get(s.stratum) : sizeByRatio(s.size, s);
      wrong("draw", s.draw, draw);
      wrong("reserves", s.reserves, reservesOf({ ...s, draw }));
      if (s.draw > 0 && s.draw < s.size && s.size < 5) report.weak("S-NARROW", `${id} ${s.stratum} 只有 ${s.size} 个`, `${id} ${s.stratum} has ${s.size} only`);
      if (s.order === "equal") {
        wrong("certain", s.certain, 0);
        wrong("weight_rest", s.weight_rest, s.size);
        continue;
      }
      if (!allShown(p.frame)) {
        for (const code of ["S-SIZE", "S-WEIGHT"]) report.unseen(code, "有行被遮盖", "rows are masked");
        continue;
      }
      const rows = entitiesOf(p.frame, s.stratum);
      const { certain, X } = certainOf(rows.map((row) => row.weight).sort((a, b) => b - a), draw);
      wrong("certain", s.certain, certain);
      wrong("weight_rest", s.weight_rest, X);
      if (s.draw > s.certain && isWeak(rows, s.draw)) report.weak("S-WEIGHT", `${id} ${s.stratum} 的实际概率可能偏离`, `the probabilities of ${id} ${s.stratum} may miss their targets`);
    }
  }

  /** What the seed makes of a part: {drawn, reserves, cuts, tickets} as rows without salts. */
  function sampleOf({ c, p }, seed, withTickets) {
    const uOf = turnedTickets(seed, c);
    const made = { drawn: [], reserves: [], cuts: [], tickets: [] };
    for (const s of c.strata) {
      const rows = entitiesOf(p.frame, s.stratum);
      const n = Math.min(s.draw, rows.length);
      const { ordered } = orderStratum(rows, { ...s, draw: n }, uOf);
      const last = ordered.slice(n, n + s.reserves);
      made.drawn.push(...ordered.slice(0, n).map((one) => [one.code]));
      made.reserves.push(...last.map((one, i) => [s.stratum, i + 1, one.code]));
      made.cuts.push([s.stratum, cutOf(ordered[n - 1]), cutOf(last[last.length - 1])]);
      if (withTickets) made.tickets.push(...ordered.map((one) => [one.code, one.key.toString(16)]));
    }
    made.drawn.sort((a, b) => byText(a[0], b[0]));
    made.tickets.sort((a, b) => byText(a[0], b[0]));
    return made;
  }

  const LISTS = [["drawn", "S-DRAWN", 1], ["reserves", "S-RESERVE", 3], ["cuts", "S-CUT", 3], ["tickets", "S-CUT", 2]];

  function checkSample(report, part, seed, rowsOpen) {
    const { p, id } = part;
    report.pass("S-DRAWN", "S-RESERVE", "S-CUT", "S-ROOT");
    for (const [name, code, field] of [["drawn", "S-DRAWN", "draw"], ["reserves", "S-RESERVE", "reserves"]]) {
      const committed = part.c.strata.reduce((sum, s) => sum + s[field], 0);
      report.demand(p[name].length === committed, code, `${id} ${name}：${p[name].length} 行，承诺 ${committed}`, `${id} ${name}: ${p[name].length} rows, ${committed} are committed`);
    }
    const made = seed && allShown(p.frame) ? sampleOf(part, seed, !rowsOpen) : null;
    for (const [name, code, width] of LISTS) {
      const told = p[name];
      if (!made) report.unseen(code, "随机种子或各行没有公开", "the seed or the rows are not open");
      if (!made) continue;
      if (!allShown(told)) report.unseen(code, "有行被遮盖", "rows are masked");
      if (name === "tickets" && rowsOpen) continue;
      report.demand(told.length === made[name].length, code, `${id} ${name}：${told.length} 行，应为 ${made[name].length}`, `${id} ${name}: ${told.length} rows, must be ${made[name].length}`);
      const at = told.findIndex((row, i) => !isMasked(row) && made[name][i] && !sameValue(row.slice(0, width), made[name][i]));
      if (at >= 0) report.fail(code, `${id} ${name}[${at}]：${told[at].slice(0, width)}，应为 ${made[name][at]}`, `${id} ${name}[${at}]: ${told[at].slice(0, width)}, must be ${made[name][at]}`);
    }
    checkRoots(report, part, rowsOpen);
  }

  function checkRoots(report, { p, r, id, salts }, rowsOpen) {
    const trees = [["drawn", "drawn", 0], ["reserve", "reserves", 2], ["team", "teams", 0], ["cut", "cuts", 0], ["ticket", "tickets", 0]];
    for (const [tree, name, named] of trees) {
      if (tree === "ticket" && rowsOpen) {
        report.demand(r.ticket_root === "" && !p.tickets.length, "S-ROOT", `${id} 不应有抽取号树`, `${id} must have no tree of tickets`);
        continue;
      }
      const leaves = leavesOf(tree, id, p[name], salts && ((row) => salts.of(tree, row[named])));
      report.demand(toHex(treeRoot(leaves)) === r[`${tree}_root`], "S-ROOT", `${id} 的 ${tree} 根不同`, `the ${tree} root of ${id} differs`);
    }
  }

  function checkResult(report, file) {
    const { register, commitment: D, result: R } = file;
    const entry = registeredOnce(report, "S-RESULT", file, "result", R);
    if (entry) report.demand(entry.at <= D.result_by, "S-RESULT", "结果登记逾期", "the result was registered late");
    const attests = entriesOf(register, "attest", D.draw);
    report.pass("S-ATTEST");
    report.demand(attests.every((e) => e.digest === digest(R)), "S-ATTEST", "保管人证明的是另一结果", "another result was attested");
    const inside = insideOf(D);
    const custodians = D.secret.flatMap((s) => s.custodians).filter((one) => !inside.has(one.organisation)).map((one) => one.id);
    if (!attests.some((e) => custodians.includes(e.by))) report.weak("S-ATTEST", "没有外部保管人的证明", "no custodian of another organisation has attested");
  }

  // ---- teams: A --------------------------------------------------------------------------------------------------------------------------
  const ON_LAWFUL = ["A-EQUAL", "A-PROOF", "A-CHOICE"]; // what is asked of lawful teams alone

  function checkTeams(report, part, seed) {
    const { c, p, id } = part;
    report.pass("A-TEAM", "A-SHORT", ...ON_LAWFUL);
    checkShort(report, part);
    const avoid = new Map(p.avoid.map((row) => [row[0], row]));
    const visible = [p.teams, p.drawn, p.roster].every(allShown) && p.drawn.every(([code]) => avoid.has(code));
    if (!visible) {
      for (const code of ["A-TEAM", ...ON_LAWFUL]) report.unseen(code, "有行没有公开", "rows are not open");
      return;
    }
    const codes = p.drawn.map(([code]) => code);
    const apart = (list) => new Set(list).size === list.length;
    const whole =
      report.demand(apart(codes) && apart(p.roster.map((row) => row[0])), "A-TEAM", `${id} 有编码重复`, `a code stands twice in ${id}`) &&
      report.demand(sameValue(p.teams.map((row) => row[0]), codes), "A-TEAM", `${id} 的检查组与抽中对象不对应`, `teams of ${id} are not those of the drawn`);
    const roster = p.roster.map(([name, authority, skills, cap, load, from, to]) => ({ id: name, authority, skills, cap, load, from, to }));
    const visits = codes.map((code) => ({ code, recused: avoid.get(code)[1], last: avoid.get(code)[2] }));
    const ka = seed ? H("key", seed, "assign", id) : new Uint8Array(32);
    const staffing = whole ? new Staffing({ ka, seats: c.seats, window: c.window, roster, visits }) : null;
    if (!whole || !isLawful(report, part, staffing)) {
      for (const code of ON_LAWFUL) report.unseen(code, "检查组不合规，不再核对", "the teams are not lawful: compared no further");
      return;
    }
    for (const visit of staffing.visits) {
      c.seats.forEach((_, q) => {
        const choice = staffing.fitCount(visit, q);
        if (choice < 5) report.weak("A-CHOICE", `${id} ${visit.code} 的第 ${q} 席只有 ${choice} 人可选`, `seat ${q} of ${id} ${visit.code} has ${choice} to choose from`);
      });
    }
    const held = new Map(p.teams);
    const bound = new Assignment(staffing, held).bound();
    report.demand(bound.holds, "A-PROOF", `${id} 的上界不成立`, `the bound of ${id} does not hold`);
    if (bound.holds && bound.seats.length) tellBound(report, id, bound);
    if (!seed) return void report.unseen("A-EQUAL", "随机种子没有公开", "the seed is not open");
    const { teams } = new Assignment(staffing).result();
    for (const [code, ids] of p.teams) {
      const should = teams.get(code);
      report.demand(sameValue(ids, should), "A-EQUAL", `${id} ${code}：${ids}，应为 ${should}`, `${id} ${code}: ${ids}, must be ${should}`);
    }
  }

  /** Why no more seats can be filled: the seats, the inspectors in the way with what they can take, and the others. */
  function tellBound(report, id, { seats, people, caps, others, filled }) {
    const shown = (text) => text.slice(0, 2000);
    const where = shown(seats.map(([code, q]) => `${code}/${q + 1}`).join(" "));
    const counted = shown(`${people.join(" ") || "—"} (${caps}) + ${others} = ${filled}`);
    report.tell(
      "A-PROOF",
      `${id}：席位 ${where} 不能再多派；这些人员（至多可任席位）+ 其他适任者 = 已派：${counted}`,
      `${id}: of seats ${where} no more can be filled; inspectors (seats at most) + others = filled: ${counted}`,
    );
  }

  function checkShort(report, { p, r, id }) {
    report.demand(r.short === p.short.length, "A-SHORT", `${id} 的空缺数与结果不同`, `the short seats of ${id} are not the result's`);
    const empty = p.teams.filter((row) => !isMasked(row)).flatMap(([code, ids]) => ids.flatMap((who, q) => (who === "" ? [[code, q]] : [])));
    if (p.short.length || empty.length) report.weak("A-SHORT", `${id} 空缺 ${p.short.length} 席`, `${id} leaves ${p.short.length} seats empty`);
    if (!allShown(p.teams)) return report.unseen("A-SHORT", "有行被遮盖", "rows are masked");
    return report.demand(sameValue(empty, p.short), "A-SHORT", `${id} 的空缺没有如实列出`, `the empty seats of ${id} are not those listed`);
  }

  /** Teams are lawful by property: fit, apart, within the caps (§7, without its algorithm). */
  function isLawful(report, { c, p, id }, staffing) {
    let lawful = true;
    const wrong = (holds, code, zh, en) => {
      lawful = report.demand(holds, "A-TEAM", `${id} ${code}：${zh}`, `${id} ${code}: ${en}`) && lawful;
    };
    const visits = new Map(staffing.visits.map((visit) => [visit.code, visit]));
    const count = new Map();
    for (const [code, ids] of p.teams) {
      const present = ids.filter((who) => who !== "");
      wrong(ids.length === c.seats.length, code, "席位数", "number of seats");
      wrong(new Set(present).size === present.length, code, "同一人占两席", "one person in two seats");
      ids.slice(0, c.seats.length).forEach((who, q) => {
        if (who === "") return;
        const i = staffing.number.get(who);
        wrong(i !== undefined && staffing.fit(visits.get(code), q, i), code, `${who} 不适合第 ${q} 席`, `${who} is not fit for seat ${q}`);
      });
      for (const who of present) count.set(who, (count.get(who) || 0) + 1);
    }
    for (const one of staffing.people) wrong((count.get(one.id) || 0) <= one.cap, one.id, "超过上限", "beyond the cap");
    return lawful;
  }

  // ---- the log: L --------------------------------------------------------------------------------------------------------------------------
  const REASONS_STEP = ["recusal", "leave", "certificate", "unfit", "extension"];

  function checkLog(report, { log, register, commitment: D }, parts, seed) {
    report.pass("L-CHAIN", "L-KIND", "L-REASON", "L-REPLACE", "L-EXTEND", "L-STEP");
    const digests = log.map(digest);
    log.forEach((event, i) => {
      const chained = event.n === i + 1 && event.prev === (i ? digests[i - 1] : ZEROS) && event.draw === D.draw;
      report.demand(chained, "L-CHAIN", `第 ${event.n} 条不接前一条`, `event ${event.n} does not name the one before`);
      checkReason(report, event);
    });
    const heads = entriesOf(register, "log", D.draw);
    const places = heads.map((e) => digests.lastIndexOf(e.digest));
    const follow = places.every((place, i) => place >= 0 && (!i || places[i - 1] <= place));
    report.demand(follow, "L-CHAIN", "登记的记录头不在记录中，或次序不同", "a registered head is not in the log, or not in its place");
    report.demand((places.length ? places[places.length - 1] : -1) === log.length - 1, "L-CHAIN", "记录没有止于登记的记录头", "the log does not end at the registered head");
    for (const part of parts) replay(report, part, log.filter((event) => event.part === part.id), seed);
    for (const event of log) report.demand(parts.some((part) => part.id === event.part), "L-KIND", `没有部分“${shown(event.part)}”`, `no part “${shown(event.part)}”`);
  }

  function checkReason(report, { n, kind, reason, from, evidence, by, approved_by: approvedBy }) {
    const listed = { replace: REASONS_REPLACE, step_in: REASONS_STEP, extend: ["step"] };
    const known = report.demand(Object.hasOwn(listed, kind), "L-KIND", `第 ${n} 条的种类“${shown(kind)}”`, `the kind “${shown(kind)}” of event ${n}`);
    if (known) report.demand(listed[kind].includes(reason), "L-REASON", `第 ${n} 条的理由“${shown(reason)}”`, `the reason “${shown(reason)}” of event ${n}`);
    if (kind === "step_in") {
      report.demand((reason === "extension") === (from === ""), "L-REASON", `第 ${n} 条：extension 只用于空席`, `event ${n}: extension is for empty seats, and for no others`);
    }
    report.demand(evidence !== ZEROS && by !== approvedBy, "L-REASON", `第 ${n} 条的证据或两人`, `evidence or two persons of event ${n}`);
  }

  const FOLLOWED = { replace: "L-REPLACE", extend: "L-EXTEND", step_in: "L-STEP" };

  /** Plays a part's events on its sample and teams; behind one that could not happen nothing is followed. */
  function replay(report, part, events, seed) {
    const followed = events.filter((one) => Object.hasOwn(FOLLOWED, one.kind));
    if (!followed.length) return undefined;
    const { p } = part;
    const stage = new Stage(part, seed);
    const apart = new Set(p.roster.map((row) => row[0])).size === p.roster.length;
    const seesOrder = [p.frame, p.drawn, p.reserves].every(allShown);
    const avoids = new Set(p.avoid.map((row) => row[0])).size;
    let seesTeams = Boolean(seed) && apart && [p.frame, p.roster, p.teams].every(allShown) && avoids >= p.frame.length;
    let owed = [];
    const broken = (code, n, zh, en) => {
      for (const other of Object.values(FOLLOWED)) report.unseen(other, "其前一步不成立", "a step before it does not hold");
      report.fail(code, `第 ${n} 条：${zh}`, `event ${n}: ${en}`);
    };
    for (const event of followed) {
      const code = FOLLOWED[event.kind];
      const asked = event.kind === "step_in" && event.reason === "unfit" ? [[event.subject, event.seat]] : [];
      if (seesTeams && !sameValue(asked, owed.slice(0, 1))) {
        return broken("L-STEP", event.n, "接手的队伍中不适任者须先替换", "who is not fit in a team taken over is stood in for first, and nobody else is unfit");
      }
      owed = owed.slice(1);
      if (event.kind === "step_in" ? !seesTeams : !seesOrder) {
        report.unseen(code, "有行没有公开", "rows are not open");
        if (event.kind !== "step_in") seesTeams = false;
      } else if (event.kind === "step_in") {
        if (!stage.stepIn(event)) return broken(code, event.n, `${event.to} 不是下一名替补`, `${event.to} is not the next stand-in`);
      } else if (event.kind === "extend") {
        if (!stage.extend(event)) return broken(code, event.n, "不是承诺的下一步", "it is not the next committed step");
      } else if (!stage.replace(event)) return broken(code, event.n, "没有用下一名备选", "it does not take the next reserve");
      else if (seesTeams) owed = stage.unfit(event.to);
    }
    if (owed.length) report.fail("L-STEP", `${owed[0][0]} 第 ${owed[0][1]} 席的不适任者没有替换`, `who is not fit for seat ${owed[0][1]} of ${owed[0][0]} is not stood in for`);
    return undefined;
  }

  /** Sample, reserves and teams of a part as the log changes them. */
  class Stage {
    constructor({ c, p, id }, seed) {
      this.key = seed ? (code) => H("key", seed, "step", id, code) : null;
      this.sample = new Set(p.drawn.filter((row) => !isMasked(row)).map((row) => row[0]));
      this.stratumOf = new Map(p.frame.filter((row) => !isMasked(row)).map((row) => [row[0], row[2]]));
      this.reserves = new Map(c.strata.map((s) => [s.stratum, []]));
      for (const row of p.reserves) if (!isMasked(row) && this.reserves.has(row[0])) this.reserves.get(row[0]).push(row[2]);
      this.teams = new Map(p.teams.filter((row) => !isMasked(row)).map(([code, ids]) => [code, [...ids]]));
      this.steps = new Map(c.strata.map((s) => [s.stratum, s.steps]));
      this.taken = new Map(); // steps taken, by stratum
      this.extended = new Set();
      this.seats = c.seats;
      this.window = c.window;
      this.roster = new Map(p.roster.filter((row) => !isMasked(row)).map(([who, authority, skills, cap, , from, to]) => [who, { id: who, authority, skills, cap, from, to }]));
      this.recused = new Map(p.avoid.filter((row) => !isMasked(row)).map((row) => [row[0], new Set(row[1])]));
      this.count = new Map();
      for (const ids of this.teams.values()) for (const who of ids) this.count.set(who, (this.count.get(who) || 0) + 1);
      this.left = new Map();
    }

    replace({ subject, seat, from, to }) {
      const waiting = this.reserves.get(subject) || [];
      if (seat !== 0 || !this.sample.has(from) || (this.stratumOf.get(from) ?? "") !== subject || waiting[0] !== to) return false;
      waiting.shift();
      this.sample.delete(from);
      this.sample.add(to);
      const team = this.teams.get(from) || this.seats.map(() => "");
      this.teams.delete(from);
      this.teams.set(to, team);
      return true;
    }

    extend({ subject, seat, from, to }) {
      const number = this.taken.get(subject) || 0;
      const step = (this.steps.get(subject) || [])[number];
      const taken = step ? this.reserves.get(subject).slice(0, step) : [];
      if (seat !== number || !taken.length || taken[0] !== from || taken[taken.length - 1] !== to) return false;
      this.taken.set(subject, number + 1);
      this.reserves.get(subject).splice(0, step);
      for (const code of taken) {
        this.sample.add(code);
        this.extended.add(code);
        this.teams.set(code, this.seats.map(() => ""));
      }
      return true;
    }

    /** The seats of a visit whose holders are not fit for it: [code, seat] each. */
    unfit(code) {
      const team = this.teams.get(code) || [];
      if (!this.stratumOf.has(code) || team.length !== this.seats.length) return [];
      const fit = (who, seat) => this.roster.has(who) && suits(this.roster.get(who), this.seats[seat], this.window) && !this.recused.get(code)?.has(who);
      return team.flatMap((who, seat) => (who && seat < this.seats.length && !fit(who, seat) ? [[code, seat]] : []));
    }

    stepIn({ subject, seat, from, to }) {
      const team = this.teams.get(subject) || [];
      if (seat >= Math.min(team.length, this.seats.length) || team[seat] !== from) return false;
      if (from === "" && !this.extended.has(subject)) return false;
      const left = this.left.get(subject) || new Set();
      left.add(from);
      this.left.set(subject, left);
      const ticket = ticketer(this.key(subject), "step");
      const able = [...this.roster.values()].filter((one) =>
        suits(one, this.seats[seat], this.window) && !this.recused.get(subject)?.has(one.id) && !team.includes(one.id) &&
        !left.has(one.id) && (this.count.get(one.id) || 0) < one.cap);
      const order = able.map((one) => [toHex(ticket(one.id)), one.id]).sort((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]));
      const next = order.length ? order[0][1] : "";
      team[seat] = to;
      this.count.set(from, (this.count.get(from) || 0) - 1);
      this.count.set(to, (this.count.get(to) || 0) + 1);
      return next === to;
    }
  }

  function checkLate(report, { register, commitment: D, result: R }, now) {
    const [opened] = entriesOf(register, "open", D.draw);
    const late = (zh, en) => report.fail("L-LATE", zh, en);
    if (opened) {
      report.pass("L-LATE");
      if (opened.at > D.publish_by) late("公开逾期", "it was opened late");
      if (!entriesOf(register, "open", D.draw).every((e) => e.digest === digest(R))) late("公开的是另一结果", "another result was opened");
    } else if (now === undefined) report.unseen("L-LATE", "尚未公开；需要 --now", "not opened; needs --now");
    else {
      report.pass("L-LATE");
      if (now > D.publish_by) late("逾期没有公开", "it is not opened in time");
    }
  }

  // ---- values from outside: X ------------------------------------------------------------------------------------------------------------------
  const NOTHING_BROUGHT = ["没有从文件之外带来的值", "no value was brought from outside the file"];

  const beaconText = (value) => (value.kind === "drand" ? value.signature : value.values.join(","));

  function checkOutside(report, file, anchors) {
    const { commitment: D, entropy: N, register } = file;
    for (const code of ["X-COMMITMENT", "X-HEAD", "X-TIME", "X-BEACON", "X-SNAPSHOT"]) report.note(code, "PASS", "", "");
    const absent = (code) => report.unseen(code, ...NOTHING_BROUGHT);
    if (anchors.commitment === undefined) absent("X-COMMITMENT");
    else report.demand(anchors.commitment.toLowerCase() === digest(D), "X-COMMITMENT", `承诺的摘要是 ${digest(D)}`, `the commitment's digest is ${digest(D)}`);
    if (anchors.head === undefined) for (const code of ["X-HEAD", "X-TIME"]) absent(code);
    else checkHead(report, file, anchors.head);
    if (!anchors.beacon || !anchors.beacon.length || isNothing(N)) absent("X-BEACON");
    else {
      const told = N.values.map(beaconText);
      const brought = anchors.beacon.map((text) => text.toLowerCase().replace(/\s/g, ""));
      report.demand(brought.every((text) => told.includes(text)), "X-BEACON", "公开随机值不同", "the beacon's value is another");
      if (!told.every((text) => brought.includes(text))) report.unseen("X-BEACON", "没有带来全部的值", "not every value was brought");
    }
    const parts = register && sameValue(file.parts.map((part) => part.part), D.parts.map((part) => part.part));
    if (!anchors.snapshot || !anchors.snapshot.length || !parts) absent("X-SNAPSHOT");
    else checkSnapshots(report, file, anchors.snapshot);
  }

  function checkHead(report, { register, commitment: D }, { hex, time }) {
    const head = hex.toLowerCase();
    const at = register ? register.findIndex((entry) => digest(entry).startsWith(head)) : -1;
    if (!register) {
      for (const code of ["X-HEAD", "X-TIME"]) report.unseen(code);
      return;
    }
    if (!report.demand(at >= 0 && head.length >= 40, "X-HEAD", "登记簿中没有这个头", "no entry of the register has this head")) {
      return report.unseen("X-TIME", "登记簿中没有这个头", "no entry of the register has this head");
    }
    const closing = register.findIndex((entry) => entry.kind === "closing" && entry.draw === D.draw);
    report.demand(time < D.attempts[0].instant, "X-TIME", "记下的时间不早于公开随机值时刻", "it was not noted before the instant");
    report.demand(closing >= 0 && at >= closing, "X-TIME", "记下的头不包含封闭", "the head noted does not cover the closing");
    report.demand(time >= register[at].at, "X-TIME", "登记晚于记下的时间", "the entry says it is later than the time noted");
    return undefined;
  }

  function checkSnapshots(report, { commitment: D, parts }, lists) {
    const digests = lists.map((bytes) => toHex(sha256(bytes)));
    digests.forEach((one, i) => {
      const named = D.parts.flatMap((part, at) => (part.snapshot.digest === one ? [at] : []));
      report.demand(named.length, "X-SNAPSHOT", "名录的摘要不是承诺的", "the source list's digest is not the committed one");
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(lists[i]);
      const codes = text.split(/[\r\n]+/).map((line) => line.replace(/^[ \t]+|[ \t]+$/g, "")).filter(Boolean).sort(byCharacter);
      for (const at of named) {
        const { frame } = parts[at];
        report.demand(codes.length === D.parts[at].snapshot.count, "X-SNAPSHOT", `名录有 ${codes.length} 个`, `the source list has ${codes.length}`);
        if (!allShown(frame)) report.unseen("X-SNAPSHOT", "有行被遮盖", "rows are masked");
        else report.demand(sameValue(codes, frame.map((row) => row[0])), "X-SNAPSHOT", "名录与抽样框的对象不同", "the list and the frame name other entities");
      }
    });
    if (!D.parts.every((part) => digests.includes(part.snapshot.digest))) report.unseen("X-SNAPSHOT", "没有带来各部分的名录", "not every part's list was brought");
  }

  // ---- certificates: one entity, by paths ---------------------------------------------------------------------------------------------------------
  const pathRoot = (tree, id, { values, index, path }, size) => {
    const found = rootByPath(leafHash([tree, id, ...values]), index, size, path.map(fromHex));
    return found ? toHex(found) : "";
  };

  function checkCertificate(report, file) {
    const { commitment: D, row, result: R } = file;
    const c = D.parts.find((part) => part.part === file.part);
    if (!report.demand(c, "F-PARTS", "承诺没有该部分", "the commitment has no such part")) return;
    report.pass("F-ROOT", "F-ROWS");
    report.demand(pathRoot("frame", c.part, row, c.frame.size) === c.frame.root, "F-ROOT", "行的路径不通向根", "the row's path does not lead to the root");
    checkRow(report, c, row.values);
    if (isNothing(R)) return;
    const r = R.parts.find((part) => part.part === file.part);
    if (report.demand(r, "F-PARTS", "结果没有该部分", "the result has no such part")) checkOutcome(report, file, c, r);
  }

  /** The leaves of the result by their paths; then drawn or not, by key and cut, as the tree of the drawn says. */
  function checkOutcome(report, file, c, r) {
    const [code, , stratum, , state] = file.row.values;
    const sum = (field) => c.strata.reduce((total, s) => total + s[field], 0);
    const trees = [["cut", "S-CUT", c.strata.length, stratum], ["ticket", "S-CUT", sum("size"), code], ["drawn", "S-ROOT", sum("draw"), code]];
    let holds = true;
    for (const [tree, check, size, named] of trees) {
      if (isNothing(file[tree])) continue;
      report.pass(check);
      const same = file[tree].values[0] === named && pathRoot(tree, c.part, file[tree], size) === r[`${tree}_root`];
      holds = report.demand(same, check, `${tree} 的路径不通向根`, `the path of ${tree} does not lead to the root`) && holds;
    }
    const due = isNothing(file.ticket) || file.commitment.rows === "none";
    holds = report.demand(due, "S-CUT", "各行公开时没有抽取号", "where rows are open there is no ticket") && holds;
    const told = !isNothing(file.drawn);
    const isDrawn = state === "out" ? false : holds ? withinCut(file, c) : null;
    if (isDrawn === null) return report.unseen("S-DRAWN", "没有公开所需内容", "what this needs is not open");
    report.pass("S-DRAWN");
    return report.demand(isDrawn === told, "S-DRAWN", isDrawn ? "应当抽中" : "没有抽中", isDrawn ? "it must be drawn" : "it is not drawn");
  }

  /** Whether the entity's key lies within the cut of its stratum; null where that is not open. */
  function withinCut(file, c) {
    const [code, , name, weight] = file.row.values;
    const stratum = c.strata.find((s) => s.stratum === name);
    if (isNothing(file.cut) || !stratum) return null;
    const cut = file.cut.values[1];
    const m = big(stratum.draw - stratum.certain);
    const X = big(stratum.weight_rest);
    const sure = stratum.order === "pareto" && stratum.certain > 0 && m * big(weight) >= X;
    if (cut === "" || cut === "certain" || sure) return cut !== "" && sure;
    const within = (key) => key <= BigInt("0x" + cut);
    if (!isNothing(file.ticket)) return within(BigInt("0x" + file.ticket.values[1]));
    const seed = seedOf(file);
    if (!seed) return null;
    const u = turnedTickets(seed, c)(code);
    return within(stratum.order === "equal" ? u : paretoKey(u, big(weight), m, X));
  }

  // ---- the whole ---------------------------------------------------------------------------------------------------------------------------------
  const LAST = {
    refused: { zh: "被拒绝：见上面的 FAIL", en: "refused: see each FAIL above" },
    anchored: { zh: "一致，并与外部的值相符", en: "consistent and anchored in values from outside" },
    loose: { zh: "一致，但未锚定：请核对这三个值", en: "consistent, not anchored: compare these three values" },
  };

  function lastLine(report, file, lang) {
    const fails = [...report.found.values()].some((one) => one.verdict === "FAIL");
    if (fails || !file) return LAST.refused[lang];
    const named = report.is("X-COMMITMENT", "PASS") || report.is("X-HEAD", "PASS");
    if (named && report.is("X-TIME", "PASS") && report.is("X-BEACON", "PASS")) return LAST.anchored[lang];
    const { commitment: D, closing: C, entropy: N } = file;
    const beacon = isNothing(N) ? "–" : N.values.map(beaconText).join(" ");
    const [commitment, closing] = [digest(D), C.closed_at];
    if (lang === "en") return `${LAST.loose.en}: commitment ${commitment}, closing at ${closing}, beacon ${beacon}`;
    return `${LAST.loose.zh}：承诺 ${commitment}，封闭时间 ${closing}，公开随机值 ${beacon}`;
  }

  /** Bytes to a file whose language and shape are checked; null if it is refused. */
  function admitted(report, bytes) {
    const file = readDocument(bytes, report);
    if (!file) return null;
    try {
      checkShape(file);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      report.fail(error.code, error.said.zh, error.said.en);
      return null;
    }
    report.pass(...LANGUAGE_CODES);
    return file;
  }

  function verifyTranscript(report, file, anchors, previous) {
    checkRegister(report, file);
    registeredOnce(report, "C-DIGEST", file, "commitment", file.commitment);
    checkOne(report, file, previous);
    checkTimes(report, file);
    checkRoles(report, file);
    checkPlan(report, file);
    checkReuse(report, file, previous);
    registeredOnce(report, "E-CLOSING", file, "closing", file.closing);
    registeredOnce(report, "E-DIGEST", file, "entropy", file.entropy);
    verifyChance(report, file, anchors);
    checkResult(report, file);
    checkLate(report, file, anchors.now);
    if (!checkParts(report, file)) return;
    const seed = seedOf(file);
    const parts = partsOf(file);
    for (const part of parts) {
      checkFrame(report, part);
      checkRoster(report, part);
      checkSizes(report, part);
      checkSample(report, part, seed, file.commitment.rows === "open");
      checkTeams(report, part, seed);
    }
    checkCarried(report, file, previous);
    checkLog(report, file, parts, seed);
  }

  function verifyChance(report, file, anchors) {
    checkLinks(report, file);
    checkWitnesses(report, file);
    checkSecret(report, file);
    if (isNothing(file.entropy)) return;
    checkAttempt(report, file, anchors.primary || []);
    checkSources(report, file);
  }

  /**
   * Verifies the bytes of a transcript or a certificate.
   *
   * anchors: commitment (hex), head ({hex, time}), beacon ([text]), primary ([{round, signature}]), previous (bytes),
   * snapshot ([bytes]), now (Unix seconds), lang ("zh" or "en"), strict. Gives {verdicts, last, ok}.
   */
  async function verify(bytes, anchors = {}) {
    const lang = anchors.lang === "en" ? "en" : "zh";
    const report = new Report();
    const file = admitted(report, bytes);
    let previous = null;
    if (file && anchors.previous) {
      const before = new Report();
      previous = admitted(before, anchors.previous);
      if (!previous) {
        report.fail("F-CARRIED", "前一次抽取的文件无法读取", "the file of the draw before cannot be read");
        previous = null;
      }
    }
    if (file && file.type === "transcript") verifyTranscript(report, file, anchors, previous);
    if (file && file.type === "certificate") {
      verifyChance(report, file, anchors);
      checkCertificate(report, file);
    }
    if (file) checkOutside(report, file, anchors);
    const verdicts = report.told(lang);
    const accepted = anchors.strict ? ["PASS"] : ["PASS", "WEAK", "UNSEEN"];
    return { verdicts, last: lastLine(report, file, lang), ok: verdicts.every((one) => accepted.includes(one.verdict)) };
  }

  // ---- as a module, in a page, on the command line ---------------------------------------------------------------------------------------------------
  const exported = { verify, main, H, T, leafHash, treeRoot, sizeByRatio, sizesByLargestRemainder, turnedTickets, paretoKey, Staffing, Assignment, wrongSignature, CHAINS, sha256, toHex, fromHex };

  class Usage extends Error {}

  function optionsOf(args) {
    const known = ["commitment", "head", "beacon", "primary", "previous", "snapshot", "now", "lang"];
    const options = { files: [], beacon: [], primary: [], snapshot: [] };
    for (let i = 0; i < args.length; i++) {
      const [, name, , value] = /^--([a-z]+)(=(.*))?$/s.exec(args[i]) || [];
      if (name === undefined) options.files.push(args[i]);
      else if (name === "strict" || name === "json") options[name] = true;
      else if (!known.includes(name)) throw new Usage(`--${name}`);
      else {
        const given = value === undefined ? args[++i] : value;
        if (given === undefined) throw new Usage(`--${name}`);
        if (Array.isArray(options[name])) options[name].push(given);
        else options[name] = given;
      }
    }
    if (options.files.length !== 1) throw new Usage("FILE");
    return options;
  }

  const parsed = (name, pattern, text) => {
    const found = pattern.exec(text);
    if (!found) throw new Usage(`--${name} ${text}`);
    return found;
  };

  /** Options of the command line as anchors; `read` gives a file's bytes. */
  function anchorsOf(options, read) {
    const anchors = { strict: options.strict, lang: options.lang };
    if (options.commitment !== undefined) [anchors.commitment] = parsed("commitment", /^[0-9a-fA-F]{64}$/, options.commitment);
    if (options.head !== undefined) {
      const [, hex, time] = parsed("head", /^([0-9a-fA-F]{40,64})@([0-9]{1,15})$/, options.head);
      anchors.head = { hex, time: Number(time) };
    }
    if (options.beacon.length) anchors.beacon = options.beacon;
    anchors.primary = options.primary.map((text) => {
      const [, round, signature] = parsed("primary", /^([0-9]{1,15}):([0-9a-f]{96})$/, text);
      return { round: Number(round), signature };
    });
    if (options.previous !== undefined) anchors.previous = read(options.previous);
    if (options.snapshot.length) anchors.snapshot = options.snapshot.map((name) => read(name));
    if (options.now !== undefined) anchors.now = Number(parsed("now", /^[0-9]{1,15}$/, options.now)[0]);
    return anchors;
  }

  async function main(args, { read, write }) {
    let options;
    let anchors;
    let bytes;
    try {
      options = optionsOf(args);
      anchors = anchorsOf(options, read);
      bytes = read(options.files[0]);
    } catch (error) {
      write(error instanceof Usage ? `无法理解 / not understood: ${error.message}\n` : `${error.message}\n`);
      return 2;
    }
    const report = await verify(bytes, anchors);
    if (options.json) write(JSON.stringify({ verdicts: report.verdicts, last: report.last }) + "\n");
    else {
      for (const { code, verdict, said } of report.verdicts) write(`${code.padEnd(13)} ${verdict.padEnd(6)} ${said}`.trimEnd() + "\n");
      write(report.last + "\n");
    }
    return report.ok ? 0 : 1;
  }

  if (typeof module === "object" && module.exports) {
    module.exports = exported;
    if (require.main === module) {
      const fs = require("fs");
      const read = (name) => fs.readFileSync(name === "-" ? 0 : name);
      let output = "";
      main(process.argv.slice(2), { read, write: (text) => (output += text) }).then((status) => {
        process.exitCode = status;
        fs.writeSync(status === 2 ? 2 : 1, output);
      });
    }
  } else globalThis.XinjianDraw = exported;
})();
