#ifndef SRS_SAMEFILE_H
#define SRS_SAMEFILE_H

/*
 * Do two names of outputs mean one file, by whatever path and link?  They may
 * not exist yet.  Any number of outputs may go to /dev/null.
 */
int samefile(const char *a, const char *b);

#endif
