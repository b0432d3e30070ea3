using Realtime.Sdk.AspNetCore.Internal;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>The call host of the application, which also says when a place has been released.</summary>
internal sealed class WatchedCallHost(CallHost host) : IRealtimeCallHost, IDisposable
{
    private readonly SemaphoreSlim _released = new(0);

    public CallHost Host => host;

    /// <summary>Returns when one more place has been released.</summary>
    public async Task WhenReleasedAsync() => (await _released.WaitAsync(TestTimeout.Limit)).Should().BeTrue("the place must be released");

    public async ValueTask<CallReservation> ReserveAsync(CallReservationRequest request, CancellationToken cancellationToken = default) =>
        new Place(await host.ReserveAsync(request, cancellationToken), _released);

    public ValueTask<bool> PingAsync(string callId, CancellationToken cancellationToken = default) => host.PingAsync(callId, cancellationToken);

    public ValueTask<bool> EndAsync(string callId, CancellationToken cancellationToken = default) => host.EndAsync(callId, cancellationToken);

    public void Dispose() => _released.Dispose();

    private sealed class Place(CallReservation place, SemaphoreSlim released) : CallReservation
    {
        public override CallRefusal? Refusal => place.Refusal;

        public override CancellationToken Ending => place.Ending;

        public override void Carry(HostedCall call) => place.Carry(call);

        public override async ValueTask DisposeAsync()
        {
            await place.DisposeAsync();
            if (place.Refusal is null)
                released.Release();
        }
    }
}
