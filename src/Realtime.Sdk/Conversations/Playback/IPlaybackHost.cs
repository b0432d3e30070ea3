namespace Realtime.Sdk.Internal;

/// <summary>
/// What playback reports to the conversation. Called one at a time, in order and without locks held, by the code that adds audio or by the player's pump.
/// Implementations must be quick and must not throw.
/// </summary>
internal interface IPlaybackHost
{
    /// <summary>The first audio of an item is being written to the player.</summary>
    void PlaybackStarted(string responseId, string itemId);

    /// <summary>The audio of an item is complete and was played to its end, or as far as its player came before it gave up.</summary>
    void ItemPlayed(string responseId, string itemId, TimeSpan played);

    /// <summary>Nothing is queued, written or sounding any more.</summary>
    void PlaybackIdle();

    /// <summary>The player threw, or stopped responding. From now on audio is discarded by the clock.</summary>
    void PlayerReplaced(Exception? exception, string reason);

    /// <summary>The audio of a response no longer fits into the buffer. The rest of this response is dropped.</summary>
    void BufferFull(string responseId);
}
