namespace Realtime.Sdk.Tests.Conversations.Input;

/// <summary>A source that does as a test says, read by read, and ends after the last.</summary>
internal sealed class ScriptedSource(params Func<Memory<byte>, CancellationToken, ValueTask<int>>[] reads) : AudioSource
{
    private int _next;

    public SampleFormat? SourceFormat { get; init; }

    public bool IsPaced { get; init; }

    public override SampleFormat? Format => SourceFormat;

    public override bool IsLive => !IsPaced;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _next < reads.Length ? reads[_next++](buffer, cancellationToken) : new(0);

    /// <summary>A read that gives audio, which must fit the buffer.</summary>
    public static Func<Memory<byte>, CancellationToken, ValueTask<int>> Gives(byte[] audio) => (buffer, _) =>
    {
        audio.CopyTo(buffer);
        return new(audio.Length);
    };

    /// <summary>A read that throws.</summary>
    public static Func<Memory<byte>, CancellationToken, ValueTask<int>> Throws(Exception exception) => (_, _) => ValueTask.FromException<int>(exception);

    /// <summary>A read that waits until it is canceled.</summary>
    public static Func<Memory<byte>, CancellationToken, ValueTask<int>> Stalls() => async (_, cancellationToken) =>
    {
        var never = new TaskCompletionSource<int>();
        return await never.Task.WaitAsync(cancellationToken);
    };

    /// <summary>A read that completes when a test says so, and ignores its token.</summary>
    public static Func<Memory<byte>, CancellationToken, ValueTask<int>> Waits(TaskCompletionSource<byte[]> audio) => async (buffer, _) =>
    {
        var bytes = await audio.Task;
        bytes.CopyTo(buffer);
        return bytes.Length;
    };
}
