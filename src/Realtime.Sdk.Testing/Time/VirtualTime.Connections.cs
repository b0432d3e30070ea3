using System.ComponentModel;

namespace Realtime.Sdk.Testing;

/// <content>Connections between clients and emulators, by the keys of their handshakes.</content>
public sealed partial class VirtualTime
{
    private readonly Dictionary<string, VirtualConnection> _connections = [];
    private int _inTransit;

    private int InProgress => _inProgress.Sum() + _inTransit;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void ConnectionOpening(string connection) => Change(connection, static state => state.Client = ConnectionEnd.Opening, creates: true);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void ConnectionOpened(string connection) => Change(connection, static state => state.Client = ConnectionEnd.Open);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void ConnectionEnded(string connection) => Change(connection, static state => state.Client = ConnectionEnd.Ended);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void BeginSend(string connection) => Change(connection, static state => (state.SentByClient, state.Sends) = (state.SentByClient + 1, state.Sends + 1));

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void EndSend(string connection, bool wasSent) =>
        Change(connection, state => (state.SentByClient, state.Sends) = (state.SentByClient - (wasSent ? 0 : 1), state.Sends - 1));

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void MessageReceived(string connection) => Change(connection, static state => state.ReceivedByClient++);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void PauseReceiving(string connection) => Change(connection, static state => state.ClientPauses++);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void ResumeReceiving(string connection) => Change(connection, static state => state.ClientPauses--);

    /// <summary>Changes the state of a connection. A connection that has ended at both ends is removed, and later reports are ignored.</summary>
    internal void Change(string key, Action<VirtualConnection> change, bool creates = false)
    {
        lock (_lock)
        {
            if (!_connections.TryGetValue(key, out var state))
            {
                if (!creates)
                    return;
                _connections.Add(key, state = new());
            }
            var before = state.InTransit;
            change(state);
            _inTransit += state.InTransit - before;
            _generation++;
            if (state.IsOver)
                _connections.Remove(key);
        }
        MoveWhenIdle();
    }

    private IEnumerable<string> DescribeConnections()
    {
        var (toServer, toClient) = (_connections.Values.Sum(state => state.ToServer), _connections.Values.Sum(state => state.ToClient));
        if (toServer != 0)
            yield return $"messages in transit to the emulator: {toServer}";
        if (toClient != 0)
            yield return $"messages in transit to clients: {toClient}";
    }
}
