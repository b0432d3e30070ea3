using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Prints a record as the compiler would, with keys masked and control characters replaced.</summary>
internal static class RecordPrinter
{
    public static string Print(string name, Func<StringBuilder, bool> printMembers)
    {
        var text = new StringBuilder(name).Append(" { ");
        printMembers(text);
        return PeerText.Sanitize(text.Append(" }").ToString());
    }
}
