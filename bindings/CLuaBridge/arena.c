/* Pages for small blocks, links for large ones: see arena.h. */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

/* Pages are aligned to their size, so a block's page is found by its address. */
struct plu_page {
  plu_page *next, *previous; /* among the pages of its size with room, or the spare ones */
  void *free;                /* blocks that were given back, each holding the next */
  plu_segment *segment;
  uint16_t live;  /* blocks in use */
  uint16_t fresh; /* bytes from the page's start at which blocks never used begin */
  uint16_t size;  /* of its blocks */
};

/* Pages that malloc gave together. Those after the first 'carved' ones were never touched and take no memory yet. */
struct plu_segment {
  plu_segment *next, *previous;
  char *pages;
  uint32_t count, carved, spare;
};

struct plu_large {
  plu_large *next, *previous;
};

enum {
  PLU_HEADER = (sizeof(plu_page) + PLU_GRAIN - 1) / PLU_GRAIN * PLU_GRAIN,
  PLU_FIRST_SEGMENT = 32,
  PLU_LARGER_SEGMENT = 128
};

static size_t class_of(size_t size) { return (size - 1) / PLU_GRAIN; }

static plu_page *page_of(void *block) { return (plu_page *)((uintptr_t)block & ~(uintptr_t)(PLU_PAGE - 1)); }

static void link_page(plu_page **list, plu_page *page) {
  page->previous = NULL;
  page->next = *list;
  if (*list != NULL) (*list)->previous = page;
  *list = page;
}

static void unlink_page(plu_page **list, plu_page *page) {
  if (page->previous != NULL)
    page->previous->next = page->next;
  else
    *list = page->next;
  if (page->next != NULL) page->next->previous = page->previous;
}

static bool add_segment(plu_arena *A) {
  plu_segment *segment = malloc(sizeof *segment);
  if (segment == NULL) return false;
  segment->count = A->segments == NULL ? PLU_FIRST_SEGMENT : PLU_LARGER_SEGMENT;
  segment->carved = segment->spare = 0;
  segment->pages = aligned_alloc(PLU_PAGE, (size_t)segment->count * PLU_PAGE);
  if (segment->pages == NULL) {
    free(segment);
    return false;
  }
  segment->previous = NULL;
  segment->next = A->segments;
  if (A->segments != NULL) A->segments->previous = segment;
  A->segments = segment;
  return true;
}

/* A page of no size yet, or NULL. New ones come from the newest segment. */
static plu_page *take_page(plu_arena *A) {
  plu_page *page = A->spare;
  if (page != NULL) {
    unlink_page(&A->spare, page);
    page->segment->spare--;
    return page;
  }
  plu_segment *segment = A->segments;
  if (segment == NULL || segment->carved == segment->count) {
    if (!add_segment(A)) return NULL;
    segment = A->segments;
  }
  page = (plu_page *)(void *)(segment->pages + (size_t)segment->carved++ * PLU_PAGE);
  page->segment = segment;
  return page;
}

/* Gives a segment back whose pages are all spare, but for the newest. */
static void drop_segment(plu_arena *A, plu_segment *segment) {
  if (segment->previous == NULL) return;
  for (uint32_t i = 0; i < segment->carved; i++)
    unlink_page(&A->spare, (plu_page *)(void *)(segment->pages + (size_t)i * PLU_PAGE));
  segment->previous->next = segment->next;
  if (segment->next != NULL) segment->next->previous = segment->previous;
  free(segment->pages);
  free(segment);
}

static void *take_small(plu_arena *A, size_t size) {
  size_t class = class_of(size);
  size_t rounded = (class + 1) * PLU_GRAIN;
  plu_page *page = A->partial[class];
  if (page == NULL) {
    page = take_page(A);
    if (page == NULL) return NULL;
    page->free = NULL;
    page->live = 0;
    page->fresh = PLU_HEADER;
    page->size = (uint16_t)rounded;
    link_page(&A->partial[class], page);
    A->used += PLU_PAGE;
  }
  void *block = page->free;
  if (block != NULL) {
    page->free = *(void **)block;
  } else {
    block = (char *)page + page->fresh;
    page->fresh = (uint16_t)(page->fresh + rounded);
  }
  page->live++;
  if (page->free == NULL && page->fresh + rounded > PLU_PAGE) unlink_page(&A->partial[class], page);
  return block;
}

static void give_small(plu_arena *A, void *block) {
  plu_page *page = page_of(block);
  size_t class = class_of(page->size);
  bool was_full = page->free == NULL && page->fresh + page->size > PLU_PAGE;
  *(void **)block = page->free;
  page->free = block;
  if (was_full) link_page(&A->partial[class], page);
  if (--page->live > 0) return;
  if (A->partial[class] == page && page->next == NULL) { /* the only one: kept for the next block */
    page->free = NULL;
    page->fresh = PLU_HEADER;
    return;
  }
  unlink_page(&A->partial[class], page);
  link_page(&A->spare, page);
  A->used -= PLU_PAGE;
  if (++page->segment->spare == page->segment->carved) drop_segment(A, page->segment);
}

static void link_large(plu_arena *A, plu_large *large) {
  large->previous = NULL;
  large->next = A->large;
  if (A->large != NULL) A->large->previous = large;
  A->large = large;
}

static void unlink_large(plu_arena *A, plu_large *large) {
  if (large->previous != NULL)
    large->previous->next = large->next;
  else
    A->large = large->next;
  if (large->next != NULL) large->next->previous = large->previous;
}

size_t plu_arena_cost(const plu_arena *A, size_t size) {
  if (size > PLU_SMALL) return size + sizeof(plu_large);
  return A->partial[class_of(size)] != NULL ? 0 : PLU_PAGE;
}

/* A block of SIZE bytes (not 0), or NULL when the system has no memory. */
void *plu_arena_take(plu_arena *A, size_t size) {
  if (size <= PLU_SMALL) return take_small(A, size);
  plu_large *large = malloc(sizeof *large + size);
  if (large == NULL) return NULL;
  link_large(A, large);
  A->used += sizeof *large + size;
  return large + 1;
}

void plu_arena_give(plu_arena *A, void *block, size_t size) {
  if (size <= PLU_SMALL) {
    give_small(A, block);
    return;
  }
  plu_large *large = (plu_large *)block - 1;
  unlink_large(A, large);
  A->used -= sizeof *large + size;
  free(large);
}

/* As realloc: the block stays as it was when NULL is returned. */
void *plu_arena_resize(plu_arena *A, void *block, size_t old_size, size_t new_size) {
  bool was_small = old_size <= PLU_SMALL, is_small = new_size <= PLU_SMALL;
  if (was_small && is_small && class_of(old_size) == class_of(new_size)) return block;
  if (was_small || is_small) {
    void *moved = plu_arena_take(A, new_size);
    if (moved == NULL) return NULL;
    memcpy(moved, block, old_size < new_size ? old_size : new_size);
    plu_arena_give(A, block, old_size);
    return moved;
  }
  plu_large *large = (plu_large *)block - 1;
  unlink_large(A, large);
  plu_large *moved = realloc(large, sizeof *large + new_size);
  link_large(A, moved != NULL ? moved : large);
  if (moved == NULL) return NULL;
  A->used = A->used - old_size + new_size;
  return moved + 1;
}

/* Frees everything at once. */
void plu_arena_free(plu_arena *A) {
  while (A->large != NULL) {
    plu_large *next = A->large->next;
    free(A->large);
    A->large = next;
  }
  while (A->segments != NULL) {
    plu_segment *next = A->segments->next;
    free(A->segments->pages);
    free(A->segments);
    A->segments = next;
  }
  memset(A, 0, sizeof *A);
}
