using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

/// <summary>A conversation that records what its input sends.</summary>
internal sealed class RecordingHost(TimeProvider time) : IInputHost, IDisposable
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly CancellationTokenSource _ended = new();
    private readonly MemoryStream _audio = new();

    public SampleFormat InputFormat { get; set; }

    public TurnDetection? TurnDetection { get; set; } = TurnDetection.Disabled;

    public bool IsUserSpeaking { get; set; }

    public bool SendsSilence { get; set; }

    public CancellationToken Ended => _ended.Token;

    /// <summary>Called for each piece before it counts as appended.</summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? OnAppend { get; set; }

    public List<(TimeSpan At, int Length, SampleFormat Format)> Pieces { get; } = [];

    public List<TimeSpan> Commits { get; } = [];

    public List<Exception> Failures { get; } = [];

    public byte[] Audio => _audio.ToArray();

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (OnAppend is { } handler)
            await handler(audio, cancellationToken);
        Pieces.Add((time.GetUtcNow() - _start, audio.Length, InputFormat));
        _audio.Write(audio.Span);
    }

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        Commits.Add(time.GetUtcNow() - _start);
        return ValueTask.CompletedTask;
    }

    public void OnSourceFailed(Exception exception) => Failures.Add(exception);

    public void End() => _ended.Cancel();

    public void Dispose() => _ended.Dispose();
}
