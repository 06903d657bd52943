using QRCoder;

namespace EwasteEpr.Web.Hosting.Printing;

/// <summary>A QR code as SVG without styles, so that a page's policy lets it through.</summary>
public static class QrPicture
{
    /// <param name="text">What a telephone reads.</param>
    /// <param name="level">Q for paper, which gets folded and dirty; M for a screen.</param>
    public static string Svg(string text, QRCodeGenerator.ECCLevel level = QRCodeGenerator.ECCLevel.Q)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, level);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(new System.Drawing.Size(208, 208), sizingMode: SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
