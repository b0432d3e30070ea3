namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// The number of the events that relayed sessions have sent and received so far, without those about the session itself, and the bytes of their texts, of those
/// received only of audio. Sessions that only receive are counted too.
/// </summary>
internal readonly record struct TrafficCount(long Sent, long SentBytes, long Received, long ReceivedBytes)
{
    public static TrafficCount operator +(TrafficCount a, TrafficCount b) =>
        new(a.Sent + b.Sent, a.SentBytes + b.SentBytes, a.Received + b.Received, a.ReceivedBytes + b.ReceivedBytes);

    public static TrafficCount operator -(TrafficCount a, TrafficCount b) =>
        new(a.Sent - b.Sent, a.SentBytes - b.SentBytes, a.Received - b.Received, a.ReceivedBytes - b.ReceivedBytes);

    public static TrafficCount Parse(string line) => line.Split(' ').Select(long.Parse).ToArray() is [var sent, var sentBytes, var received, var receivedBytes]
        ? new(sent, sentBytes, received, receivedBytes)
        : throw new FormatException($"'{line}' is not a count of traffic.");
}

/// <summary>Counts the traffic of all relayed sessions of a server, and of those that only receive.</summary>
internal sealed class Traffic
{
    private long _sent, _sentBytes, _received, _receivedBytes;

    public void Send(int events, long bytes)
    {
        Interlocked.Add(ref _sent, events);
        Interlocked.Add(ref _sentBytes, bytes);
    }

    public void Receive(long bytes)
    {
        Interlocked.Increment(ref _received);
        Interlocked.Add(ref _receivedBytes, bytes);
    }

    public override string ToString() =>
        $"{Interlocked.Read(ref _sent)} {Interlocked.Read(ref _sentBytes)} {Interlocked.Read(ref _received)} {Interlocked.Read(ref _receivedBytes)}";
}
