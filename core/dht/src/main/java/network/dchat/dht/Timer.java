package network.dchat.dht;

/// The timers of the DHT core. Setting one again replaces it.
public enum Timer {
    /// Nobody is known: the entries are asked again.
    ENTER,
    /// Contacts are checked, buckets refreshed, records expired and published again.
    MAINTAIN,
    /// Lookups are looked after: slow calls are passed over, late lookups ended.
    LOOKUPS
}
