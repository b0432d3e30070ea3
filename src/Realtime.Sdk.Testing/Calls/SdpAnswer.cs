using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>An SDP answer that takes every medium of an offer. No media ever flows: the emulator has no WebRTC behind it.</summary>
internal static class SdpAnswer
{
    public static string To(string offer)
    {
        var answer = new StringBuilder("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
        foreach (var line in offer.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            if (line.StartsWith("m=", StringComparison.Ordinal))
                answer.Append(line).Append("\r\nc=IN IP4 127.0.0.1\r\n");
            else if (line.StartsWith("a=mid:", StringComparison.Ordinal) || line.StartsWith("a=rtpmap:", StringComparison.Ordinal))
                answer.Append(line).Append("\r\n");
        }
        return answer.ToString();
    }
}
