/*
** Memory of one state. Small blocks come from pages of one size each, large ones
** from malloc with a link; so all of it can be freed without asking Lua where it
** is, which a state that was broken off in the middle of a step could not say.
**
** Lua tells each block's size when it frees it, so small blocks have no header:
** a state takes less memory than with malloc, and small blocks come faster.
*/
#ifndef PERILUNE_ARENA_H
#define PERILUNE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLU_GRAIN = 16, PLU_SMALL = 128, PLU_CLASSES = PLU_SMALL / PLU_GRAIN, PLU_PAGE = 1024 };

typedef struct plu_page plu_page;
typedef struct plu_segment plu_segment;
typedef struct plu_large plu_large;

typedef struct plu_arena {
  plu_page *partial[PLU_CLASSES]; /* pages with room, of each size */
  plu_page *spare;                /* pages of no size yet */
  plu_segment *segments;
  plu_large *large;
  size_t used; /* bytes of pages in use and of large blocks, links included */
} plu_arena;

/* What a block of that size adds to 'used' at most. */
size_t plu_arena_cost(const plu_arena *A, size_t size);
void *plu_arena_take(plu_arena *A, size_t size);
void plu_arena_give(plu_arena *A, void *block, size_t size);
void *plu_arena_resize(plu_arena *A, void *block, size_t old_size, size_t new_size);
void plu_arena_free(plu_arena *A);

#endif
