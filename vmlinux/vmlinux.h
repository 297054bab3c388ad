/* Made by vmlinux/generate.sh from a kernel's BTF. Do not edit. */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int __s32;
typedef long long __s64;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef unsigned int sk_buff_data_t;
typedef __s64 s64;
typedef unsigned int uid_t;
typedef __u64 __addrpair;
typedef __u32 __portpair;
typedef _Bool bool;

enum {
	TCP_ESTABLISHED = 1,
	TCP_FIN_WAIT1 = 4,
	TCP_FIN_WAIT2 = 5,
	TCP_TIME_WAIT = 6,
	TCP_CLOSE = 7,
	TCP_CLOSE_WAIT = 8,
	TCP_LAST_ACK = 9,
	TCP_LISTEN = 10,
	TCP_CLOSING = 11,
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_QUEUE = 22,
	BPF_MAP_TYPE_SK_STORAGE = 24,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_ANY = 0,
	BPF_NOEXIST = 1,
	BPF_F_NO_PREALLOC = 1,
	BPF_F_MMAPABLE = 1024,
	BPF_SK_STORAGE_GET_F_CREATE = 1,
	BPF_RB_NO_WAKEUP = 1,
	BPF_RB_FORCE_WAKEUP = 2,
};

struct inet_timewait_sock;

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

struct user_pt_regs {
	__u64 regs[31];
};

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

struct pt_regs {
	long unsigned int ax;
	long unsigned int dx;
	long unsigned int si;
	long unsigned int di;
};

struct task_struct {
	unsigned int flags;
	struct task_struct *group_leader;
	char comm[16];
};

typedef struct {
	uid_t val;
} kuid_t;

struct rb_root {
	void *rb_node;
};

struct kernfs_node {
	u64 id;
};

struct net;

typedef struct {
	struct net *net;
} possible_net_t;

struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
};

struct sock_common {
	union {
		__addrpair skc_addrpair;
	};
	union {
		__portpair skc_portpair;
	};
	short unsigned int skc_family;
	volatile unsigned char skc_state;
	int skc_bound_dev_if;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
	union {
		long unsigned int skc_flags;
	};
};

struct cgroup;

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

struct sk_buff;

struct dst_entry;

struct sock {
	struct sock_common __sk_common;
	u32 sk_rx_dst_cookie;
	struct {
		atomic_t rmem_alloc;
		struct sk_buff *tail;
	} sk_backlog;
	u32 sk_reserved_mem;
	int sk_rcvbuf;
	struct dst_entry *sk_dst_cache;
	int sk_sndbuf;
	int sk_wmem_queued;
	__s32 sk_peek_off;
	__u32 sk_dst_pending_confirm;
	u32 sk_pacing_status;
	__u32 sk_priority;
	__u32 sk_mark;
	long unsigned int sk_pacing_rate;
	__u32 sk_txhash;
	u8 sk_pacing_shift;
	u16 sk_type;
	u16 sk_protocol;
	u16 sk_gso_max_segs;
	u32 sk_ack_backlog;
	u32 sk_max_ack_backlog;
	kuid_t sk_uid;
	u8 sk_txrehash;
	u8 sk_prefer_busy_poll;
	u16 sk_busy_poll_budget;
	u16 sk_tsflags;
	u8 sk_shutdown;
	u8 sk_clockid;
	void *sk_socket;
	struct sock_cgroup_data sk_cgrp_data;
};

struct inode {
	long unsigned int i_ino;
};

struct bpf_iter_meta {
	void *seq;
};

struct socket_alloc {
	struct inode vfs_inode;
};

struct net_device;

struct sk_buff {
	union {
		struct {
			union {
				struct net_device *dev;
			};
		};
	};
	char cb[48];
	unsigned int len;
	union {
		struct {
			__u8 ip_summed: 2;
			__u8 csum_valid: 1;
			__u16 transport_header;
			__u16 network_header;
		};
	};
	sk_buff_data_t end;
	unsigned char *head;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

struct dst_entry {
	union {
		struct net_device *dev;
	};
};

struct net_device {
	char name[16];
	possible_net_t nd_net;
};

struct tcp_congestion_ops {
	char name[16];
	u32 flags;
};

enum sock_flags {
	SOCK_DONE = 1,
};

struct ipv6_pinfo;

struct inet_sock {
	struct ipv6_pinfo *pinet6;
	__be16 inet_sport;
	__u8 tos;
};

struct ipv6_pinfo {
	__u8 tclass;
};

struct skb_shared_info {
	short unsigned int gso_segs;
};

struct minmax_sample {
	u32 v;
};

struct minmax {
	struct minmax_sample s[3];
};

struct inet_connection_sock {
	__u32 icsk_rto;
	__u32 icsk_rto_min;
	__u32 icsk_delack_max;
	__u32 icsk_pmtu_cookie;
	void *icsk_ca_ops;
	void *icsk_ulp_data;
	__u8 icsk_ca_state: 5;
	__u8 icsk_retransmits;
	__u8 icsk_pending;
	__u8 icsk_backoff;
	__u8 icsk_syn_retries;
	__u8 icsk_probes_out;
	__u16 icsk_ext_hdr_len;
	struct {
		__u8 pending;
	} icsk_ack;
	struct {
		u32 enabled: 1;
	} icsk_mtup;
	u32 icsk_probes_tstamp;
	u32 icsk_user_timeout;
	u64 icsk_ca_priv[13];
};

struct tcp_sack_block {
	u32 start_seq;
	u32 end_seq;
};

struct tcp_options_received {
	u16 tstamp_ok: 1;
	u16 wscale_ok: 1;
	u16 sack_ok: 3;
	u16 snd_wscale: 4;
	u16 rcv_wscale: 4;
	u8 num_sacks;
};

struct tcp_rack {
	u32 rtt_us;
};

struct tcp_sock {
	u16 tcp_header_len;
	u16 gso_segs;
	u64 bytes_received;
	u32 segs_in;
	u32 data_segs_in;
	u32 rcv_nxt;
	u32 copied_seq;
	u32 rcv_wup;
	u32 snd_nxt;
	u32 segs_out;
	u32 data_segs_out;
	u64 bytes_sent;
	u64 bytes_acked;
	u32 dsack_dups;
	u32 snd_una;
	u32 snd_sml;
	u32 rcv_tstamp;
	u32 lsndtime;
	u32 last_oow_ack_time;
	u32 compressed_ack_rcv_nxt;
	u32 tsoffset;
	u32 snd_wl1;
	u32 snd_wnd;
	u32 max_window;
	u32 mss_cache;
	u32 window_clamp;
	u32 rcv_ssthresh;
	struct tcp_rack rack;
	u16 advmss;
	u8 compressed_ack;
	u32 chrono_start;
	u32 chrono_stat[3];
	u8 chrono_type: 2;
	u8 rate_app_limited: 1;
	u8 nonagle: 4;
	u8 repair_queue;
	u8 syn_fastopen: 1;
	u8 is_cwnd_limited: 1;
	u32 tlp_high_seq;
	u32 tcp_tx_delay;
	u64 tcp_wstamp_ns;
	u64 tcp_clock_cache;
	u64 tcp_mstamp;
	u32 srtt_us;
	u32 mdev_us;
	u32 mdev_max_us;
	u32 rttvar_us;
	u32 rtt_seq;
	struct minmax rtt_min;
	u32 packets_out;
	u32 retrans_out;
	u32 max_packets_out;
	u32 cwnd_usage_seq;
	u16 urg_data;
	u8 ecn_flags;
	u8 keepalive_probes;
	u32 reordering;
	u32 reord_seen;
	u32 snd_up;
	struct tcp_options_received rx_opt;
	u32 snd_ssthresh;
	u32 snd_cwnd;
	u32 snd_cwnd_cnt;
	u32 snd_cwnd_clamp;
	u32 snd_cwnd_used;
	u32 snd_cwnd_stamp;
	u32 prior_cwnd;
	u32 prr_delivered;
	u32 prr_out;
	u32 delivered;
	u32 delivered_ce;
	u32 lost;
	u32 app_limited;
	u64 first_tx_mstamp;
	u64 delivered_mstamp;
	u32 rate_delivered;
	u32 rate_interval_us;
	u32 rcv_wnd;
	u32 write_seq;
	u32 notsent_lowat;
	u32 pushed_seq;
	u32 lost_out;
	u32 sacked_out;
	struct rb_root out_of_order_queue;
	struct tcp_sack_block selective_acks[4];
	u32 prior_ssthresh;
	u32 high_seq;
	u32 retrans_stamp;
	u32 undo_marker;
	int undo_retrans;
	u64 bytes_retrans;
	u32 total_retrans;
	u32 urg_seq;
	u8 bpf_sock_ops_cb_flags;
	u16 timeout_rehash;
	u32 rcv_ooopack;
	u32 rcv_rtt_last_tsecr;
	struct {
		u32 rtt_us;
	} rcv_rtt_est;
	struct {
		u32 space;
	} rcvq_space;
	u32 mtu_info;
	bool is_mptcp;
};

struct tcp_skb_cb {
	__u32 seq;
	__u32 end_seq;
	union {
		struct {
			u16 tcp_gso_segs;
		};
	};
	__u8 tcp_flags;
	__u32 ack_seq;
};

enum tcp_tw_status {
	TCP_TW_SUCCESS = 0,
	TCP_TW_RST = 1,
	TCP_TW_ACK = 2,
	TCP_TW_SYN = 3,
};

struct mptcp_subflow_context {
	union {
		struct {
			u32 token;
		};
	};
};

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
