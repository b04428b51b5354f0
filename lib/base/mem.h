#ifndef SRS_MEM_H
#define SRS_MEM_H

/*
 * mem.h -- memory that is there, or the program ends with status 1.
 *
 * These are the only functions in lib/ that exit: no caller has anything
 * better to do when memory is gone.  `what` names the thing in the message:
 * "out of memory: 41943040000 bytes for item factors".  Free with free().
 */

#include <stddef.h>

/* n elements of `size` bytes, all zero, 64-byte aligned; n may be 0. */
void *mem_array(const char *what, size_t n, size_t size);

/* The same, not zeroed, in small pages: those that nobody wrote to take no
 * memory. */
void *mem_raw(const char *what, size_t n, size_t size);

/* free(), and the pages of the n bytes go back to the system at once. */
void mem_give_back(void *p, size_t n);

/* Grows *cap elements at `p` (at least doubling) until *cap >= need. */
void *mem_grow(const char *what, void *p, size_t *cap, size_t need,
    size_t size);

/* A copy of n bytes at `text`, and a '\0' after them. */
char *mem_text(const char *text, size_t n);

#endif
