#ifndef SRS_VEC_H
#define SRS_VEC_H

/*
 * vec.h -- short vectors of floats: kernels compiled for several instruction
 * sets and chosen when the program starts.  The order of additions is fixed
 * for a kind of processor.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * Before the definition of a kernel that is static: compiles it once for each
 * of these and lets the loader choose.  No two may have the same name, in clang
 * 14 the programs do not link then.  What checks memory looks at the plain
 * one: clang's resolvers would run before it is ready.
 */
#if defined(__clang__)
#if __has_feature(address_sanitizer) || !__has_attribute(target_clones)
#define VEC_PLAIN
#endif
#endif
#if defined(__x86_64__) && defined(__GNUC__) && !defined(VEC_PLAIN)
#define VEC_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VEC_CLONES
#endif

/*
 * The same for one that other files call.  clang 14 gives its clones a name
 * that other files do not know, so there they get a function that calls it.
 *
 *	VEC_KERNEL(float, vec_dot, (const float *x, const float *y, size_t n),
 *	    (x, y, n))
 *	{
 *		...
 *	}
 */
#if defined(__clang__) && !defined(VEC_PLAIN)
#define VEC_KERNEL(type, name, parameters, arguments) \
	VEC_CLONES static type name##_clones parameters; \
	type name parameters { VEC_RETURN_##type name##_clones arguments; } \
	VEC_CLONES static type name##_clones parameters
#define VEC_RETURN_void
#define VEC_RETURN_float return
#define VEC_RETURN_double return
#else
#define VEC_KERNEL(type, name, parameters, arguments) \
	VEC_CLONES type name parameters
#endif

/* sum x_i y_i */
float vec_dot(const float *x, const float *y, size_t n);

/* sum x_i y_i */
float vec_dot_i8(const float *x, const int8_t *y, size_t n);

/* y <- y + a x */
void vec_axpy(float a, const float *x, float *y, size_t n);

/* x <- a x */
void vec_scale(float a, float *x, size_t n);

/* sum x_i^2, in double */
double vec_square_sum(const float *x, size_t n);

#endif
