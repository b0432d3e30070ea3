using System.ComponentModel;

namespace Realtime.Sdk.Testing;

/// <content>Connections between clients and emulators, by the keys of their handshakes.</content>
public sealed partial class VirtualTime
{
    private readonly Dictionary<string, VirtualLink> _links = [];
    private int _onTheWay;

    private int InHand => _inHand.Sum() + _onTheWay;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void ConnectionOpening(string connection) => Change(connection, static link => link.Client = LinkEnd.Opening, creates: true);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void ConnectionOpened(string connection) => Change(connection, static link => link.Client = LinkEnd.Open);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void ConnectionEnded(string connection) => Change(connection, static link => link.Client = LinkEnd.Ended);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void BeginSend(string connection) => Change(connection, static link => (link.SentByClient, link.Sends) = (link.SentByClient + 1, link.Sends + 1));

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void EndSend(string connection, bool wasSent) =>
        Change(connection, link => (link.SentByClient, link.Sends) = (link.SentByClient - (wasSent ? 0 : 1), link.Sends - 1));

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void MessageReceived(string connection) => Change(connection, static link => link.ReceivedByClient++);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void PauseReceiving(string connection) => Change(connection, static link => link.ClientPauses++);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void ResumeReceiving(string connection) => Change(connection, static link => link.ClientPauses--);

    /// <summary>Changes the state of a connection. A connection that has ended at both ends is removed, and later reports are ignored.</summary>
    internal void Change(string key, Action<VirtualLink> change, bool creates = false)
    {
        lock (_lock)
        {
            if (!_links.TryGetValue(key, out var link))
            {
                if (!creates)
                    return;
                _links.Add(key, link = new());
            }
            var before = link.InHand;
            change(link);
            _onTheWay += link.InHand - before;
            _generation++;
            if (link.IsOver)
                _links.Remove(key);
        }
        MoveWhenIdle();
    }

    private IEnumerable<string> DescribeLinks()
    {
        var (toServer, toClient) = (_links.Values.Sum(link => link.ToServer), _links.Values.Sum(link => link.ToClient));
        if (toServer != 0)
            yield return $"messages in transit to the emulator: {toServer}";
        if (toClient != 0)
            yield return $"messages in transit to clients: {toClient}";
    }
}
