namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A player whose members can be made to fail or to hang.</summary>
internal sealed class BadPlayer(TimeProvider time) : AudioPlayer
{
    private readonly AudioPlayer _device = Discard(time);
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _bytes;

    /// <summary>Completes when the device has at least 800 ms of audio.</summary>
    public Task Written => _written.Task;

    public Func<Task>? OnWrite { get; init; }

    public Func<Task>? OnStop { get; init; }

    public override SampleFormat Format => _device.Format;

    public override TimeSpan Played => _device.Played;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        if (OnWrite is not null)
            await OnWrite();
        await _device.WriteAsync(audio, cancellationToken);
        if ((_bytes += audio.Length) >= Format.BytesIn(TimeSpan.FromMilliseconds(800)))
            _written.TrySetResult();
    }

    public override async ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
    {
        if (OnStop is not null)
            await OnStop();
        return await _device.StopAsync(cancellationToken);
    }

    public override Task DrainAsync(CancellationToken cancellationToken = default) => _device.DrainAsync(cancellationToken);

    public override ValueTask DisposeAsync() => _device.DisposeAsync();
}
