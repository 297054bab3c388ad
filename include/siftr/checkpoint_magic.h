/* SPDX-License-Identifier: BSD-2-Clause */
/* The first bytes of a checkpoint file, for its writer and for the recognition of file types. */
#ifndef SIFTR_CHECKPOINT_MAGIC_H
#define SIFTR_CHECKPOINT_MAGIC_H

#define CHECKPOINT_MAGIC "siftrCP1"

#endif
