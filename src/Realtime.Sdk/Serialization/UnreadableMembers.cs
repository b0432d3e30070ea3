namespace Realtime.Sdk.Internal;

/// <summary>
/// The members of a message whose values cannot be read, by where their names begin. A record that can do without a member keeps it as an unknown
/// one, so that it does not cost the whole message; where the record cannot, the member that holds the record is the one that cannot be read.
/// </summary>
internal sealed class UnreadableMembers
{
    /// <summary>Each costs another pass over the message, so that a peer could make reading as expensive as it liked.</summary>
    private const int MaxCount = 8;

    private readonly List<int> _names = new(MaxCount);

    private UnreadableMembers() { }

    public bool Contain(int nameStart) => _names.Contains(nameStart);

    /// <summary>Reads a message that failed to be read, without the members that make it fail. Null when it cannot be done.</summary>
    /// <param name="message">The message, which is JSON.</param>
    /// <param name="failed">The reader that failed, where it failed.</param>
    public static T? ReadWithout<T>(ReadOnlySpan<byte> message, WireReader failed) where T : WireObject, IWireObject<T>
    {
        var unreadable = new UnreadableMembers();
        var position = failed.Position;
        while (unreadable.TryAdd(message, position))
        {
            // Nothing is created before it is known that the message can be read.
            var dry = failed.Restart(unreadable, isDry: true);
            var isRead = false;
            try
            {
                dry.ReadWhole<T>();
                isRead = true;
            }
            catch (Exception e) when (WireMessage.IsContent(e) && !WireDiscriminator.IsAmbiguity(e))
            {
                position = dry.Position;
            }
            if (isRead)
                return failed.Restart(unreadable, isDry: false).ReadWhole<T>();
        }
        return null;
    }

    /// <summary>Adds the innermost member at a position that was not added yet: one that was is of a record that cannot do without it.</summary>
    private bool TryAdd(ReadOnlySpan<byte> message, int position)
    {
        Span<int> names = stackalloc int[JsonPath.MaxDepth];
        for (var level = JsonPath.FindNames(message, position, names) - 1; level >= 0 && _names.Count < MaxCount; level--)
        {
            if (_names.Contains(names[level]))
                continue;
            _names.Add(names[level]);
            return true;
        }
        return false;
    }
}
