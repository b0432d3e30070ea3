using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Carries calls in this process.</summary>
#pragma warning disable CA1001 // a source of cancellation without a timer needs no disposal, and calls that were cut off use theirs after the host has stopped
internal sealed class CallHost : IRealtimeCallHost, IHostedLifecycleService
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _placesByUser = [];
    private readonly ConcurrentDictionary<string, CarriedCall> _calls = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _drained = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly RealtimeCallHostOptions _options;
    private readonly TaskCompletionSource _isEmpty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _places;
    private bool _isStopping;
    private Task _draining = Task.CompletedTask;

    public CallHost(IOptions<RealtimeCallHostOptions> options, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        _options = options.Value;
        Logger = GuardedLogger.Create(loggers, EndpointLog.HostCategory);
        Time = time ?? TimeProvider.System;
    }

    public ILogger Logger { get; }

    public TimeProvider Time { get; }

    public int MaxCalls => _options.MaxCalls;

    /// <summary>The number of places that are reserved or used.</summary>
    public int Places
    {
        get
        {
            lock (_lock)
                return _places;
        }
    }

    public bool IsStopping
    {
        get
        {
            lock (_lock)
                return _isStopping;
        }
    }

    /// <summary>Canceled when calls must end.</summary>
    public CancellationToken Drained => _drained.Token;

    /// <summary>Canceled when calls must end without waiting for anything.</summary>
    public CancellationToken Stopped => _stopped.Token;

    public ValueTask<CallReservation> ReserveAsync(CallReservationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var refusal = Take(request);
        if (refusal is { } reason)
            EndpointMetrics.Refused(request.Agent, reason);
#pragma warning disable CA2000 // the caller disposes it
        return ValueTask.FromResult<CallReservation>(new Place(this, request.User, refusal));
#pragma warning restore CA2000
    }

    public ValueTask<bool> PingAsync(string callId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(callId);
        if (!_calls.TryGetValue(callId, out var call))
            return ValueTask.FromResult(false);
        call.Ping();
        return ValueTask.FromResult(true);
    }

    public async ValueTask<bool> EndAsync(string callId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(callId);
        if (!_calls.TryGetValue(callId, out var call))
            return false;
        call.End(CallEndReason.HungUpByPage);
        await call.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Refuses new calls. The calls continue while other services, such as the server, stop.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _isStopping = true;
            if (_places == 0)
                _isEmpty.TrySetResult();
        }
        if (!_isEmpty.Task.IsCompleted)
            EndpointLog.Draining(Logger, Places, _options.DrainTimeout);
        _draining = DrainAsync();
        return Task.CompletedTask;
    }

    /// <summary>Returns when every call has ended. When the host waits no longer, calls are cut off: they are hung up at once, and nothing waits for the answers.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _draining.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await _drained.CancelAsync().ConfigureAwait(false);
            await _stopped.CancelAsync().ConfigureAwait(false);
            EndpointLog.CutOff(Logger, Places);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called when a call has ended in every way.</summary>
    public void Remove(CarriedCall call) => _calls.TryRemove(new(call.Id, call));

    private async Task DrainAsync()
    {
        await _isEmpty.Task.WaitAsync(_options.DrainTimeout, Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _drained.CancelAsync().ConfigureAwait(false);
        await _isEmpty.Task.ConfigureAwait(false);
    }

    private CallRefusal? Take(CallReservationRequest request)
    {
        lock (_lock)
        {
            if (_isStopping)
                return CallRefusal.Stopping;
            if (_places >= _options.MaxCalls)
                return CallRefusal.Full;
            if (request.User is { } user)
            {
                var count = _placesByUser.GetValueOrDefault(user);
                if (count >= request.MaxCallsPerUser)
                    return CallRefusal.UserLimit;
                _placesByUser[user] = count + 1;
            }
            _places++;
        }
        EndpointMetrics.PlacesChanged(1);
        return null;
    }

    private void Release(string? user)
    {
        lock (_lock)
        {
            _places--;
            if (user is not null && _placesByUser[user]-- == 1)
                _placesByUser.Remove(user);
            if (_isStopping && _places == 0)
                _isEmpty.TrySetResult();
        }
        EndpointMetrics.PlacesChanged(-1);
    }

    /// <summary>One place, which is released once: by the request that reserved it, or by the call that was handed over.</summary>
    private sealed class Place(CallHost host, string? user, CallRefusal? refusal) : CallReservation
    {
        private int _isUsed = refusal is null ? 0 : 1;

        public override CallRefusal? Refusal => refusal;

        public override CancellationToken Ending => host.Drained;

        public override void Carry(HostedCall call)
        {
            ArgumentNullException.ThrowIfNull(call);
            if (Interlocked.Exchange(ref _isUsed, 1) != 0)
                throw new InvalidOperationException(refusal is null ? "The place is used already, or was released." : "No place is reserved.");
            var carried = new CarriedCall(host, call, () => host.Release(user));
            host._calls[carried.Id] = carried;
            carried.Start();
        }

        public override ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _isUsed, 1) == 0)
                host.Release(user);
            return ValueTask.CompletedTask;
        }
    }
}
