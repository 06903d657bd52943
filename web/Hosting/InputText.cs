namespace EwasteEpr.Web.Hosting;

/// <summary>Names the sentences about numbers and dates that could not be read: InputText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class InputText;
