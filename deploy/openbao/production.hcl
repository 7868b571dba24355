# A production server of OpenBao for Paravent: one of three, on nodes of their own (docs/operations/vault-production.md).
# Every <...> is yours to fill. Start: bao server -config=/etc/openbao/openbao.hcl, as an account of its own.

api_addr     = "https://<bao-1.internal.example.org>:8200"
cluster_addr = "https://<bao-1.internal.example.org>:8201"
log_level    = "warn"
ui           = false

# Keys in memory must not reach a disk: the nodes have no swap.

storage "raft" {
  path    = "/var/lib/openbao"
  node_id = "<bao-1>"

  retry_join {
    leader_api_addr     = "https://<bao-2.internal.example.org>:8200"
    leader_ca_cert_file = "/etc/openbao/authority.pem"
  }
  retry_join {
    leader_api_addr     = "https://<bao-3.internal.example.org>:8200"
    leader_ca_cert_file = "/etc/openbao/authority.pem"
  }
}

listener "tcp" {
  address         = "<10.0.0.1>:8200"
  cluster_address = "<10.0.0.1>:8201"
  tls_cert_file   = "/etc/openbao/tls.pem"
  tls_key_file    = "/etc/openbao/tls.key"
  tls_min_version = "tls13"
}

# Two devices on two file systems. A request is refused when neither can be written, so watch both for room and rotate
# them (SIGHUP reopens). Devices are declared here only: the API is closed to it (unsafe_allow_api_audit_creation stays
# false). Strings stand in them as HMACs; paths stand in clear, which is why they are keyed hashes.
audit "file" "first" {
  description = "every request, strings as HMAC"
  options {
    file_path = "/var/log/openbao/audit-first.log"
    mode      = "0600"
  }
}

audit "file" "second" {
  description = "the same again: a request fails only if neither can be written"
  options {
    file_path = "/srv/audit/openbao/audit-second.log"
    mode      = "0600"
  }
}

# --- The seal: exactly one of these ------------------------------------------------------------------------------
#
# a) Shamir (no stanza at all): 5 shares, 3 needed, each with a person of another body. After each restart three of them
#    are needed, on each node. Nobody can start it alone; an outage at night waits for the morning, which reports do not
#    mind: they wait in intake.
#
# b) An HSM (PKCS#11; OpenBao's HSM distribution). Unseals by itself while the HSM is there; the key never leaves it. The
#    PIN comes by BAO_HSM_PIN, from the node's own credentials, and is in no file of the server.
# seal "pkcs11" {
#   lib         = "</usr/lib/vendor/libpkcs11.so>"
#   token_label = "<paravent>"
#   key_label   = "<openbao-seal>"
#   mechanism   = "0x1087"
# }
#
# c) A key service of another operator than the nodes' (transit of another OpenBao, a cloud's KMS). Whoever holds both
#    the storage and this key opens it: never one provider for both. Its token comes by BAO_TOKEN in the same way.
# seal "transit" {
#   address     = "https://<seal.other-operator.example.org>:8200"
#   mount_path  = "transit/"
#   key_name    = "<paravent-seal>"
#   tls_ca_cert = "/etc/openbao/seal-authority.pem"
# }
#
# Never `seal "static"` (deploy/local): its key lies beside the data.
