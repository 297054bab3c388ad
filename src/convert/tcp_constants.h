/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP states and flag bits of both systems, each with the header it comes from.
 * FreeBSD's are what a log contains, Linux's are what a record contains.
 */
#ifndef SIFTR_CONVERT_TCP_CONSTANTS_H
#define SIFTR_CONVERT_TCP_CONSTANTS_H

/* FreeBSD sys/netinet/tcp_var.h, flags for the t_flags field. */
#define TF_ACKNOW	0x00000001U
#define TF_DELACK	0x00000002U
#define TF_NODELAY	0x00000004U
#define TF_SENTFIN	0x00000010U
#define TF_REQ_SCALE	0x00000020U
#define TF_RCVD_SCALE	0x00000040U
#define TF_REQ_TSTMP	0x00000080U
#define TF_RCVD_TSTMP	0x00000100U
#define TF_SACK_PERMIT	0x00000200U
#define TF_NOPUSH	0x00001000U
#define TF_RXWIN0SENT	0x00080000U
#define TF_FASTRECOVERY 0x00100000U
#define TF_CONGRECOVERY 0x20000000U
#define TF_FASTOPEN	0x80000000U

/* FreeBSD sys/netinet/tcp_var.h, flags for the extended flags field, t_flags2. */
#define TF2_PLPMTU_PMTUD 0x00000002U
#define TF2_ECN_PERMIT	 0x00000020U
#define TF2_ECN_SND_CWR	 0x00000040U
#define TF2_ECN_SND_ECE	 0x00000080U
#define TF2_ACE_PERMIT	 0x00000100U

/* FreeBSD sys/netinet/tcp_fsm.h. */
enum {
	TCPS_CLOSED = 0,
	TCPS_LISTEN = 1,
	TCPS_SYN_SENT = 2,
	TCPS_SYN_RECEIVED = 3,
	TCPS_ESTABLISHED = 4,
	TCPS_CLOSE_WAIT = 5,
	TCPS_FIN_WAIT_1 = 6,
	TCPS_CLOSING = 7,
	TCPS_LAST_ACK = 8,
	TCPS_FIN_WAIT_2 = 9,
	TCPS_TIME_WAIT = 10,
};

/* Linux include/net/tcp_states.h. */
enum {
	LINUX_ESTABLISHED = 1,
	LINUX_SYN_SENT = 2,
	LINUX_SYN_RECV = 3,
	LINUX_FIN_WAIT1 = 4,
	LINUX_FIN_WAIT2 = 5,
	LINUX_TIME_WAIT = 6,
	LINUX_CLOSE = 7,
	LINUX_CLOSE_WAIT = 8,
	LINUX_LAST_ACK = 9,
	LINUX_LISTEN = 10,
	LINUX_CLOSING = 11,
	LINUX_NEW_SYN_RECV = 12,
	LINUX_STATES = 16,
};

/* Linux include/net/inet_connection_sock.h, enum inet_csk_ack_state_t. */
#define ICSK_ACK_TIMER 0x02U
#define ICSK_ACK_NOW   0x10U

/* Linux include/net/tcp.h. */
#define TCP_NAGLE_OFF	   0x01U
#define TCP_NAGLE_CORK	   0x02U
#define TCP_ECN_OK	   0x01U
#define TCP_ECN_QUEUE_CWR  0x02U
#define TCP_ECN_DEMAND_CWR 0x04U
#define TCP_ECN_ACCURATE   0x10U /* TCP_ECN_MODE_ACCECN; never set by kernels without it */

/* Linux include/uapi/linux/tcp.h, enum tcp_ca_state. */
#define TCP_CA_CWR	2
#define TCP_CA_RECOVERY 3

#endif
