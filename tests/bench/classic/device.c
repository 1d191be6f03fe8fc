// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/classic: a read wakes the completion workers, a write the event workers.
 */

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "classic.h"


static int device_open(struct inode *inode, struct file *file)
{
	/* The kernel has put the device there. */
	file->private_data = NULL;
	return 0;
}

static ssize_t device_read(struct file *file, char __user *buffer, size_t count, loff_t *pos)
{
	char line[24];
	int len;

	if (!*pos && count)
		file->private_data = (void *)(unsigned long)device_read_call();
	len = sprintf(line, "%lu\n", (unsigned long)file->private_data);
	return simple_read_from_buffer(buffer, count, pos, line, len);
}

static ssize_t device_write(struct file *file, const char __user *buffer, size_t count, loff_t *pos)
{
	device_write_call();
	return count;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.read = device_read,
	.write = device_write,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = NAME,
	.fops = &operations,
};

int device_create_misc(umode_t mode)
{
	/* With the file's type, so that it is not 0, which would be taken for no mode. */
	device.mode = S_IFCHR | mode;
	return misc_register(&device);
}

void device_remove(void)
{
	misc_deregister(&device);
}
