namespace Realtime.Sdk.Internal;

/// <summary>
/// Receives the notifications of the playback. Called one at a time, in order and without locks held, by the code that adds audio or by the player's pump.
/// Implementations must be quick and must not throw.
/// </summary>
internal interface IPlaybackHost
{
    /// <summary>Called when the first audio of an item is written to the player.</summary>
    void OnPlaybackStarted(string responseId, string itemId);

    /// <summary>Called when the audio of an item is complete, and was played to its end or until its player failed.</summary>
    void OnItemPlayed(string responseId, string itemId, TimeSpan played);

    /// <summary>Called when no audio is queued, being written or being played.</summary>
    void OnPlaybackIdle();

    /// <summary>Called when the player failed or stopped responding. From now on, audio is discarded at playback speed.</summary>
    void OnPlayerReplaced(Exception? exception, string reason);

    /// <summary>Called when the audio of a response no longer fits into the buffer. The rest of the response is discarded.</summary>
    void OnBufferFull(string responseId);
}
