"use strict";
// The answer code, as feedback/answer_code.py has it and reads it; and its picture. crc32() is in form.js.
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TOKEN_BITS = 128;
const CHECK_BITS = 32;
const GROUP_BITS = 20;
const QUIET = 4;  // modules of white around a QR code

function bytesOf(value, count) {
  return Array.from({ length: count }, (_none, place) => Number((value >> BigInt(8 * (count - 1 - place))) & 255n));
}

function tokenValue(token) {
  const bytes = atob(token.replace(/-/g, "+").replace(/_/g, "/"));
  return [...bytes].reduce((value, sign) => value * 256n + BigInt(sign.charCodeAt(0)), 0n);
}

function group(value, place, groups) {
  const part = Number((value >> BigInt(GROUP_BITS * (groups - 1 - place))) & 0xfffffn);
  const data = [15, 10, 5, 0].map((bits) => (part >> bits) & 31);
  const check = data.reduce((sum, symbol) => ((sum ^ symbol) << 1) ^ ((sum ^ symbol) > 15 ? 37 : 0), place & 31);
  return [...data, check].map((symbol) => SYMBOLS[symbol]).join("");
}

// `form` are the bytes of form_digest(), `digits` the scores: 0 open, 1 n/a, then the points of the scale; there are `base`.
function answerCode(token, form, digits, base) {
  const scores = digits.reduce((value, digit) => value * BigInt(base) + BigInt(digit), 0n);
  const most = BigInt(base) ** BigInt(digits.length) - 1n;
  const groups = Math.ceil((TOKEN_BITS + most.toString(2).length + CHECK_BITS) / GROUP_BITS);
  const scoreBits = GROUP_BITS * groups - TOKEN_BITS - CHECK_BITS;
  const bearer = tokenValue(token);
  const check = BigInt(crc32([...form, ...bytesOf(bearer, TOKEN_BITS / 8), ...bytesOf(scores, Math.ceil(scoreBits / 8))]));
  const value = (((bearer << BigInt(scoreBits)) | scores) << BigInt(CHECK_BITS)) | check;
  return ["FBRT1", ...Array.from({ length: groups }, (_none, place) => group(value, place, groups))].join("-");
}

// Draws a text as a QR code: black on white in any colours, so that a camera reads it.
function drawCode(picture, text) {
  const { data, size } = uqr.encode(text, { ecc: "M", border: QUIET });
  const path = document.createElementNS(picture.namespaceURI, "path");
  const dark = data.flatMap((row, y) => row.map((set, x) => (set ? `M${x} ${y}h1v1h-1z` : "")));
  path.setAttribute("d", dark.join(""));
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.replaceChildren(path);
}
