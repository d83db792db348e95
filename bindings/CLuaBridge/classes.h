/*
** The classes of characters that patterns name: those of ASCII, whatever locale the
** host has set, since a plugin's patterns are not to mean something else there.
*/
#ifndef PERILUNE_CLASSES_H
#define PERILUNE_CLASSES_H

#include <stdint.h>

enum {
  PLU_ALPHA = 1,
  PLU_CONTROL = 2,
  PLU_DIGIT = 4,
  PLU_GRAPH = 8,
  PLU_LOWER = 16,
  PLU_PUNCTUATION = 32,
  PLU_SPACE = 64,
  PLU_UPPER = 128,
  PLU_HEX = 256,
  PLU_ZERO = 512, /* deprecated, as in Lua */
  PLU_CAPITAL_LETTER = PLU_GRAPH | PLU_ALPHA | PLU_UPPER,
  PLU_SMALL_LETTER = PLU_GRAPH | PLU_ALPHA | PLU_LOWER
};

/* What a character is; nothing beyond ASCII. */
static const uint16_t plu_classes_of[256] = {
  [0] = PLU_CONTROL | PLU_ZERO,
  [1 ... 8] = PLU_CONTROL,
  ['\t' ... '\r'] = PLU_CONTROL | PLU_SPACE,
  [14 ... 31] = PLU_CONTROL,
  [' '] = PLU_SPACE,
  ['!' ... '/'] = PLU_GRAPH | PLU_PUNCTUATION,
  ['0' ... '9'] = PLU_GRAPH | PLU_DIGIT | PLU_HEX,
  [':' ... '@'] = PLU_GRAPH | PLU_PUNCTUATION,
  ['A' ... 'F'] = PLU_CAPITAL_LETTER | PLU_HEX,
  ['G' ... 'Z'] = PLU_CAPITAL_LETTER,
  ['[' ... '`'] = PLU_GRAPH | PLU_PUNCTUATION,
  ['a' ... 'f'] = PLU_SMALL_LETTER | PLU_HEX,
  ['g' ... 'z'] = PLU_SMALL_LETTER,
  ['{' ... '~'] = PLU_GRAPH | PLU_PUNCTUATION,
  [127] = PLU_CONTROL,
};

/* What a letter after '%' names; 0 is no class. */
static const uint16_t plu_named_class[256] = {
  ['a'] = PLU_ALPHA,       ['A'] = PLU_ALPHA,
  ['c'] = PLU_CONTROL,     ['C'] = PLU_CONTROL,
  ['d'] = PLU_DIGIT,       ['D'] = PLU_DIGIT,
  ['g'] = PLU_GRAPH,       ['G'] = PLU_GRAPH,
  ['l'] = PLU_LOWER,       ['L'] = PLU_LOWER,
  ['p'] = PLU_PUNCTUATION, ['P'] = PLU_PUNCTUATION,
  ['s'] = PLU_SPACE,       ['S'] = PLU_SPACE,
  ['u'] = PLU_UPPER,       ['U'] = PLU_UPPER,
  ['w'] = PLU_ALPHA | PLU_DIGIT, ['W'] = PLU_ALPHA | PLU_DIGIT,
  ['x'] = PLU_HEX,         ['X'] = PLU_HEX,
  ['z'] = PLU_ZERO,        ['Z'] = PLU_ZERO,
};

#endif
