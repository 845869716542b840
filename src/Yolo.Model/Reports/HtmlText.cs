using System.Net;
using System.Text;

namespace Yolo.Model.Reports;

/// <summary>Text of strangers (names of classes and files) for an HTML page.</summary>
internal static class HtmlText
{
    /// <summary>The text for content and for quoted attributes: markup is shown instead of read, and so are characters that a page must not hold.</summary>
    public static string Encode(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(Rune.IsControl(rune) ? Rune.ReplacementChar.ToString() : rune.ToString());
        return WebUtility.HtmlEncode(clean.ToString());
    }
}
