# The discloser reads a record once the verifier has let that very read through, within a minute. It cannot do so itself:
# only members of the group may, and it is none.
path "identities/data/*" {
  capabilities = ["read"]
  control_group = {
    ttl = "60s"
    factor "consent" {
      controlled_capabilities = ["read"]
      identity {
        group_names = ["consent-verifiers"]
        approvals = 1
      }
    }
  }
}

# The same while a sweep moves the record: it stands on the stage then, at the same path.
path "identities-stage/data/*" {
  capabilities = ["read"]
  control_group = {
    ttl = "60s"
    factor "consent" {
      controlled_capabilities = ["read"]
      identity {
        group_names = ["consent-verifiers"]
        approvals = 1
      }
    }
  }
}

# An approved read can be collected again and again until its minute has passed: ending the login ends that as well.
path "auth/token/revoke-self" {
  capabilities = ["update"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
