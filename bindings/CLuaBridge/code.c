/*
** A look at compiled functions, for two faults of Lua 5.4.4 that a text can reach:
** wrong code for leaving a loop (fixed in 5.4.5) and a search for the name of a
** variable that recurses once for each index of a chain (fixed in 5.4.7).
**
** lua_dump hands its writer the function's own code, not a copy, so it can be
** read and mended in place, and no bytecode is ever loaded.
*/
#include "bridge.h"

#include <string.h>

/* Opcodes and layout of instructions in Lua 5.4 (lopcodes.h); A is 8 bits from bit 7, B from 16, C from 24. */
enum { OP_MOVE = 0, OP_GETTABLE = 12, OP_GETFIELD = 14, OP_SELF = 20, OP_CLOSE = 54, OP_TFORLOOP = 77 };
enum { PLU_REGISTERS = 256, PLU_INDEX_CHAIN = 1000 };

const char plu_chain_message[] = "a chain of more than 1000 indices: keep the parts in local variables";

typedef struct code_walk {
  int singles;       /* blocks of one byte just before */
  size_t number;     /* the number that the last block encodes */
  bool is_number;
  bool is_too_deep;
} code_walk;

static unsigned opcode(uint32_t i) { return i & 0x7F; }
static unsigned a_of(uint32_t i) { return i >> 7 & 0xFF; }
static unsigned b_of(uint32_t i) { return i >> 16 & 0xFF; }
static unsigned c_of(uint32_t i) { return i >> 24 & 0xFF; }

/* The loop's own close, right after it, must close its fourth value as well, not only what comes after. */
static void mend_loops(uint32_t *code, size_t count) {
  for (size_t i = 1; i < count; i++) {
    uint32_t loop = code[i - 1], close = code[i];
    if (opcode(loop) == OP_TFORLOOP && opcode(close) == OP_CLOSE && a_of(close) == a_of(loop) + 4)
      code[i] = (close & ~(0xFFu << 7)) | a_of(loop) << 7;
  }
}

/* Whether the name of some value would be searched through more indices than the C stack surely has room for. */
static bool has_long_chain(const uint32_t *code, size_t count) {
  uint16_t depth[PLU_REGISTERS] = {0};
  for (size_t i = 0; i < count; i++) {
    unsigned a = a_of(code[i]), b = b_of(code[i]), c = c_of(code[i]);
    uint16_t from = 0;
    switch (opcode(code[i])) {
    case OP_MOVE: from = b < a ? depth[b] : 0; break;
    case OP_GETTABLE: from = depth[b] > depth[c] ? depth[b] : depth[c]; break;
    case OP_GETFIELD: from = depth[b]; break;
    case OP_SELF: from = depth[c]; break;
    default: depth[a] = 0; continue;
    }
    depth[a] = (uint16_t)(from + 1);
    if (depth[a] > PLU_INDEX_CHAIN) return true;
  }
  return false;
}

/* lua_Writer. In a dump, a function's code is the only block that comes after three single bytes and its own length. */
static int visit(lua_State *L, const void *block, size_t size, void *data) {
  (void)L;
  code_walk *walk = data;
  const unsigned char *bytes = block;
  if (walk->is_number && walk->singles >= 3 && walk->number > 0 && size == walk->number * sizeof(uint32_t) &&
      (uintptr_t)block % sizeof(uint32_t) == 0) {
    uint32_t *code = (uint32_t *)(uintptr_t)block;
    mend_loops(code, walk->number);
    if (has_long_chain(code, walk->number)) walk->is_too_deep = true;
    walk->is_number = false;
    walk->singles = 0;
    return 0;
  }
  /* a number has 7 bits a byte, the last with the high bit set; a small one is a single byte as well */
  walk->is_number = size > 0 && size <= 10 && (bytes[size - 1] & 0x80) != 0;
  walk->number = 0;
  for (size_t i = 0; walk->is_number && i < size; i++) {
    if (i + 1 < size && (bytes[i] & 0x80) != 0) walk->is_number = false;
    walk->number = walk->number << 7 | (bytes[i] & 0x7F);
  }
  if (!walk->is_number || size == 1) walk->singles = size == 1 ? walk->singles + 1 : 0;
  return 0;
}

/* [-0, +0, -] Mends the Lua function on top of the stack. False when it must not run: plu_chain_message says why. */
bool plu_mend_code(lua_State *L) {
  code_walk walk = {0};
  lua_dump(L, visit, &walk, 0);
  return !walk.is_too_deep;
}
