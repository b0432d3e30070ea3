namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>Begins no conversations, so that the service gets one request for each answered offer and nothing else.</summary>
internal sealed class IdleCallHost : IRealtimeCallHost
{
    public ValueTask<CallReservation> ReserveAsync(CallReservationRequest request, CancellationToken cancellationToken = default) => new(new Place());

    public ValueTask<bool> PingAsync(string callId, CancellationToken cancellationToken = default) => new(true);

    public ValueTask<bool> EndAsync(string callId, CancellationToken cancellationToken = default) => new(true);

    private sealed class Place : CallReservation
    {
        public override CallRefusal? Refusal => null;

        public override void Carry(HostedCall call) { }

        public override ValueTask DisposeAsync() => default;
    }
}
