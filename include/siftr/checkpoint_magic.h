/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of a checkpoint file. The code that writes checkpoints puts them there; the
 * reader of logs recognises by them that a file is a checkpoint and no log.
 */
#ifndef SIFTR_CHECKPOINT_MAGIC_H
#define SIFTR_CHECKPOINT_MAGIC_H

#define CHECKPOINT_MAGIC "siftrCP1"

#endif
